"""Where units should stand: a proposal by a location model, and its proof by simulation."""
