"""The decision record: what was asked, known, tried, advised and decided, as data, a page and a file."""
