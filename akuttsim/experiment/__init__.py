"""Experiment: from a question to runs, and from runs to results."""
