"""Replies on their way to Slack."""
