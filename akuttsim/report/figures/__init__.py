"""Figures: inline SVG drawn from the results, with the same bytes for the same results."""
