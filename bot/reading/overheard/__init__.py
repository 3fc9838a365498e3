"""Statements that stay plain among words between people, where nothing around them says what they are about."""
