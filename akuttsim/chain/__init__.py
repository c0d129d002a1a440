"""The chain: one run, from ringing to finished care. It draws nothing; its only clock is SimPy's."""
