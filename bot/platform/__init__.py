"""The port of the chat platforms, and what every adapter builds on."""
