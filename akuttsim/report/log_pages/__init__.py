"""Pages about a call log: what is in it, how it is replayed, what is fitted to it."""
