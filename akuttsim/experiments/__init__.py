"""Experiments: from a question to runs, and from runs to results written once and whole."""
