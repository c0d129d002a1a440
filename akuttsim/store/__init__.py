"""Store: the only reader and writer of results; everything is written once, whole or not at all."""
