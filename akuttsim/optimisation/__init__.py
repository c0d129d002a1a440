"""Optimisation: sites of units, rosters of control rooms, and calibration of assumptions."""
