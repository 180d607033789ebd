"""The search attributes that a case sets; named here so that workflows need not know the engine."""

from calends.engine.search_attributes import ATTENTION, REFERENCE, RIGHTS, SAFE_DUE

__all__ = ["ATTENTION", "REFERENCE", "RIGHTS", "SAFE_DUE"]
