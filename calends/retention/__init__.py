"""Retention: the phases of records, planned and carried out (rule book §3)."""
