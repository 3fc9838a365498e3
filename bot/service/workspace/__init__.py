"""What a workspace decided, and the removal of a workspace."""
