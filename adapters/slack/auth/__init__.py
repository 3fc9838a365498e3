"""Tokens: installations by OAuth, rotation, and a client for each workspace."""
