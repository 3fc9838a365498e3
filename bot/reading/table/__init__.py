"""Patterns by the fact that they state."""
