"""Replies as Slack blocks, controls and forms."""
