"""Report: one self-contained page from a results folder; it never runs or computes a statistic."""
