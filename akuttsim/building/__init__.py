"""Building: a region folder from public data, a first organisation for it, and a page to see it."""
