"""Rules as data, and the engine that reads them."""
