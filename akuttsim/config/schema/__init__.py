"""Schema: what each kind of config may say, as frozen models with their own rules."""
