"""What comes from Slack, as events of the core."""
