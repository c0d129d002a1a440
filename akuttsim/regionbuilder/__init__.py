"""Region builder: a region folder from public data, a first organisation for it, and its page."""
