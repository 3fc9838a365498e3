"""The team's task on a base model: rungs, scoring, statistics, picture."""
