"""Judges of free answers: people, and a model."""
