"""Pairs of input and wanted answer, as people write and store them."""
