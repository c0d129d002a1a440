"""Analysis: from a record to indicators, and from many runs to intervals and verdicts."""
