"""What a letter's template may say: print a fact, choose, repeat, include a block. Nothing else.

Fuel stops loops, but not a text that doubles itself (`{% set x = x ~ x %}` forty times over), nor
a long text inside a short loop. So whatever builds new values is refused before a template is
compiled, and each file and each turn of a loop first accounts for the text it may add.
"""

from __future__ import annotations

import re

_STRING = r'"[^"{}\\\n]*"'
_EXPRESSION = rf"(?:{_STRING}|[\w\s.,|()=!<>])+"
_COMMENT = r"\{#.*?#\}"
_PRINT = rf"\{{\{{(?P<print>{_EXPRESSION})\}}\}}"
_STATEMENT = rf"\{{%\s*(?P<keyword>[a-z]+)(?P<rest>{_EXPRESSION})?%\}}"
_TAG = re.compile(f"{_COMMENT}|{_PRINT}|{_STATEMENT}", re.DOTALL)
_KEYWORDS = frozenset({"if", "elif", "else", "endif", "for", "endfor", "include"})
_INCLUDE = re.compile(r'\s+"_blocks/(?:fr|en)/[a-z0-9_]+\.txt"\s*')
_JOIN = re.compile(rf"\|\s*join\s*\(\s*{_STRING}\s*\)")
_FILTER = re.compile(r"\|\s*(\w*)")
_FILTERS = frozenset({"first", "last", "length"})
_ITEM_LINE = re.compile(r"^[ \t]*@item ([a-z_]+)[ \t]*$", re.MULTILINE)
_ANY_ITEM = re.compile(r"^[ \t]*@item\b.*$", re.MULTILINE)
# Values stand between two controls in the rendered text: a template must not hold any.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
LARGEST_TEMPLATE = 64_000
"""Characters of one file. The longest of ours has about 4,000."""


class NotAllowed(ValueError):
    """A template that says more than a letter may. The text names the line, nothing personal."""


def compiled_source(source: str) -> str:
    """The source handed to minijinja: checked, metered, each `@item name` line made a marker.

    The engine must give it two functions: `item(name)` and `spend(characters)`. A marker is a
    call of ours, so a value that holds the line `@item erased` marks nothing. Line numbers stay.
    Raises NotAllowed.
    """
    if len(source) > LARGEST_TEMPLATE:
        raise NotAllowed(f"longer than {LARGEST_TEMPLATE} characters")
    if _CONTROL.search(source):
        raise NotAllowed("a control character")
    _check(source)
    marked = _ITEM_LINE.sub(r'{% if item("\1") %}{% endif %}', _metered(source))
    if wrong := _ANY_ITEM.search(marked):
        raise NotAllowed(f"line {_line(marked, wrong.start())}: `@item` needs one lower-case name")
    # Printed, not a statement: the line break after a statement would be trimmed.
    return f"{{{{ spend({len(source)}) }}}}{marked}"


def _check(source: str) -> None:
    for tag in _TAG.finditer(source):
        where = f"line {_line(source, tag.start())}"
        keyword, rest = tag["keyword"], tag["rest"] or ""
        if keyword is not None and keyword not in _KEYWORDS:
            raise NotAllowed(f"{where}: `{keyword}` is not allowed in a letter")
        if keyword != "include":
            _check_expression(tag["print"] or rest, where)
        elif not _INCLUDE.fullmatch(rest):
            raise NotAllowed(f'{where}: include takes one "_blocks/<language>/<name>.txt"')
    # In place of a tag something must stay: else what stood around it could join into a new tag.
    rest = _TAG.sub("\0", source)
    for opening in ("{{", "{%", "{#"):
        if opening in rest:
            raise NotAllowed(f"an `{opening}` that is not closed, or says more than is allowed")


def _check_expression(expression: str, where: str) -> None:
    # A separator of a known length only: joining on a long fact would multiply it.
    bare = re.sub(_STRING, '""', _JOIN.sub("", expression))
    for name in _FILTER.findall(bare):
        if name not in _FILTERS:
            raise NotAllowed(f"{where}: the filter `{name}` is not allowed so in a letter")
    if "(" in bare:
        raise NotAllowed(f"{where}: a call or a parenthesis is not allowed in a letter")


def _metered(source: str) -> str:
    """Behind each `for` tag, the spending of what stands between it and its end."""
    pieces: list[str] = []
    position = 0
    for start, length in _loops(source):
        pieces += [source[position:start], f"{{% if spend({length}) %}}{{% endif %}}"]
        position = start
    return "".join([*pieces, source[position:]])


def _loops(source: str) -> list[tuple[int, int]]:
    """Where each loop's body starts, and its length, in the order of the source."""
    opened: list[int] = []
    loops: list[tuple[int, int]] = []
    for tag in _TAG.finditer(source):
        if tag["keyword"] == "for":
            opened.append(tag.end())
        elif tag["keyword"] == "endfor":
            if not opened:
                raise NotAllowed(f"line {_line(source, tag.start())}: an `endfor` without `for`")
            start = opened.pop()
            loops.append((start, tag.start() - start))
    return sorted(loops)


def _line(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1
