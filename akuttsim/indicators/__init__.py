"""Indicators: from the record of a run to what patients, staff and owners notice."""
