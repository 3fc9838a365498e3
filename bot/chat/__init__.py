"""What is said, in parts that every platform can show: events, replies, commands, controls, forms."""
