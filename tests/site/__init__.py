"""What the pages for people show of the program, drawn from it: python -m tests.site writes all of it anew."""
