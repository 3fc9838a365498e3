"""What the runs of a trial amount to."""
