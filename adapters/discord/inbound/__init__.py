"""What comes from Discord, as events of the core."""
