"""The chain: one run, from ringing to care. It draws nothing; its only clock is SimPy's."""
