"""How sure the verdicts are: wrong ones on rooms with exact answers, and the runs they take."""
