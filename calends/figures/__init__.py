"""Figures of a year: anonymous counts from the register, for management and for an inspection."""
