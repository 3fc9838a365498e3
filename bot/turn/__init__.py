"""One turn: understand, decide, answer."""
