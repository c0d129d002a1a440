"""Scenario: what a config says, as frozen and checked values."""
