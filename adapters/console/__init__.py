"""The terminal: a conversation for a person, and JSON lines for a program."""
