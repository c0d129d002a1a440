"""Where units should stand: a proposal by a location model, and its check by simulation."""
