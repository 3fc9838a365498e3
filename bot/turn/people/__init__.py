"""A thread of people: who is heard, what is noted between them, whose side holds, and what short words get."""
