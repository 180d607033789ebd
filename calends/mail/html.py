"""HTML mail to text, for reading. Nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from typing import Any

import inscriptis
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement
from inscriptis.model.tag import CustomHtmlTagHandlerMapping

MAX_HTML = 500_000  # characters

_DATA_URI = re.compile(r"data:[\w/+.-]{0,60};base64,[A-Za-z0-9+/=\s%]{0,2000000}")
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}>", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(script|style|head|title)\b.*?(?:</\1\b|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,10000}>")


def text_of_html(html: str) -> str:
    """The text a reader would see, one block a paragraph; hidden elements are left out.

    Only the first MAX_HTML characters are read.
    """
    html = _DECLARATION.sub(" ", _DATA_URI.sub("", html).lstrip("\ufeff"))[:MAX_HTML]
    text = inscriptis.get_text(html, _config())
    if not text.strip():  # libxml2 drops what is nested deeper than 256 elements
        text = _TAG.sub(" ", _UNSHOWN.sub(" ", html))
    return "\n".join(line.rstrip() for line in text.splitlines())


def _config() -> ParserConfig:
    """Tables, lists and paddings are not laid out: a wide cell over 3,000 rows makes 900 MB of
    blanks out of 350 kB, nested lists and paddings do the same."""
    block = HtmlElement(display=Display.block)
    css = dict(STRICT_CSS_PROFILE)
    css.update(dict.fromkeys(("ul", "ol", "table", "tr", "td", "th"), block))
    flat = dict.fromkeys(("table", "tr", "td", "th", "ul", "ol"), _nothing)
    config = ParserConfig(
        css=css,
        custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping(
            {**flat, "li": _bullet}, dict(flat)
        ),
    )
    config.attribute_handler.attribute_mapping = {"style": _only_hiding}
    return config


def _nothing(*_: Any) -> None:
    return None


def _bullet(state: Any, _: Any) -> None:
    state.tags[-1].list_bullet = "- "


def _only_hiding(style: str, element: HtmlElement) -> None:
    if re.search(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", style[:2000], re.IGNORECASE):
        element.display = Display.none
