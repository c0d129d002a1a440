"""Importers: road networks from outside, made into the stretches of a region."""
