"""Validation: the chain held against exact answers, and how sure its verdicts are."""
