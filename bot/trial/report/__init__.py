"""A result for people: card, details, picture, files, choices."""
