"""Replies as Discord messages, components and forms."""
