"""Exact answers from queueing and location theory: pure functions, no simulation.

Times are seconds (``_s``), rates are calls per hour (``_per_h``), shares lie between 0 and 1. Wrong
input is refused with ``ValueError``; a queue that would grow without end with ``Unstable``.
"""
