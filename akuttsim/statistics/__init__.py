"""Statistics: from replications to intervals, verdicts, rankings and fitted distributions."""
