"""Config: what regions, organisations and experiments say, as frozen and checked values."""
