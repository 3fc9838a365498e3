"""Texts as such: numbers, splitting, Markdown, JSON."""
