"""Measurements (`make bench`): ratios within one run, never asserted as a time in a test."""
