"""The words by which people say that they do not stand behind what they say, or that it is so elsewhere."""
