"""The what-if page: ask, move, see the answer narrow, in a browser on this machine alone."""
