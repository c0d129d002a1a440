"""Calibration: assumptions are moved until simulated indicators meet published figures."""
