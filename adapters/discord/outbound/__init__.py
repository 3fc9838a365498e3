"""Replies on their way to Discord."""
