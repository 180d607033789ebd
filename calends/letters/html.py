"""A letter as HTML for mail: inline styles only, nothing fetched from anywhere, no script."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from calends.letters.layout import letter_data
from calends.letters.render import Rendered

LAYOUTS = Path(__file__).parent / "layouts"


def html_of(rendered: Rendered) -> str:
    """The whole document; every text in it is escaped. The same letter gives the same text."""
    return environment().get_template("mail.html").render(letter_data(rendered))


@cache
def environment() -> Environment:
    """The layouts, in which every value is escaped."""
    return Environment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
