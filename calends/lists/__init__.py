"""Lists of contacts that other tools hand in: read with care, filtered by the registers."""
