"""The copy as one page to read: offline, without scripts, in any writing direction.

The page shows the beginning of long data sets and says where the rest is: a browser cannot show
a gigabyte, and the other files hold everything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from calends.exports.page_values import record_row, record_table, seen
from calends.exports.schema import DataSetFacts
from calends.exports.shelf import Table
from calends.exports.words import OUTCOMES, word
from calends.letters.inputs import SystemOutcome
from calends.letters.words import day_in_words, records_in_words
from calends.rules.vocabulary import Language

MOST_RECORDS = 2_000
MOST_BYTES = 2_000_000
"""Of one data set on the page; the whole page is held to MOST_OF_ALL."""
MOST_OF_ALL = 20_000_000
WIDE = 8
"""With more columns a record is shown as a table of its own."""

_STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:0 0 1.5rem;max-width:100%}
th,td{border:1px solid #8888;padding:.25rem .5rem;text-align:start;vertical-align:top}
td,bdi{white-space:pre-wrap;overflow-wrap:anywhere}
th{font-weight:600}
.record th{width:14rem}
.sign{border:1px solid;border-radius:.2rem;padding:0 .2rem;font-size:.75em}
.wide{overflow-x:auto}
ul.value{margin:0;padding-inline-start:1.2rem}
@media print{a{color:inherit;text-decoration:none}section{break-inside:auto}}
"""
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


@dataclass(frozen=True)
class Page:
    """What the page shows. `data_files`: formats of the other files, such as `json`, `csv`."""

    language: Language
    heading: str
    """The subject of the letter that goes with the copy."""
    tables: Sequence[tuple[Table, DataSetFacts]]
    outcomes: Sequence[SystemOutcome]
    masked: Sequence[str] = ()
    """What was masked and why, a line each (GDPR 15(4))."""

    def pieces(self) -> Iterator[bytes]:
        yield self._head().encode()
        yield self._contents().encode()
        left = MOST_OF_ALL
        for number, (table, facts) in enumerate(self.tables, 1):
            for text in self._section(number, table, facts, min(left, MOST_BYTES)):
                yield text.encode()
            left -= min(left, table.size, MOST_BYTES)
        yield b"</main></body></html>\n"

    def _say(self, name: str) -> str:
        return escape(word(name, self.language))

    def _head(self) -> str:
        policy = f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'"
        title = escape(self.heading)
        return (
            f'<!DOCTYPE html>\n<html lang="{self.language}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
            f"<title>{title}</title><style>{_STYLE}</style></head>"
            f"<body><header><h1>{self._say('title')}</h1><p><bdi>{title}</bdi></p></header><main>\n"
        )

    def _contents(self) -> str:
        lines = [f'<nav aria-labelledby="contents"><h2 id="contents">{self._say("contents")}</h2>']
        lines.append(f'<ol><li><a href="#where">{self._say("where")}</a></li>')
        if self.masked:
            lines.append(f'<li><a href="#masked">{self._say("masked")}</a></li>')
        for number, (table, facts) in enumerate(self.tables, 1):
            count = records_in_words(table.count, self.language)
            name = _name(table, facts)
            lines.append(f'<li><a href="#set-{number}">{name}</a> ({escape(count)})</li>')
        lines.append("</ol></nav>\n")
        return "".join([*lines, self._where(), self._masked()])

    def _where(self) -> str:
        rows = "".join(
            f'<tr><th scope="row"><bdi>{escape(outcome.name)}</bdi></th>'
            f"<td>{escape(self._outcome(outcome))}</td></tr>"
            for outcome in self.outcomes
        )
        return (
            f'<section id="where"><h2>{self._say("where")}</h2><table><thead><tr>'
            f'<th scope="col">{self._say("system")}</th><th scope="col">{self._say("outcome")}</th>'
            f"</tr></thead><tbody>{rows}</tbody></table></section>\n"
        )

    def _outcome(self, outcome: SystemOutcome) -> str:
        said = OUTCOMES[outcome.state][self.language]
        notes = [outcome.reason]
        if outcome.count:
            notes.append(records_in_words(outcome.count, self.language))
        if outcome.since:
            notes.append(day_in_words(outcome.since, self.language))
        rest = ", ".join(note for note in notes if note)
        return f"{said} ({rest})" if rest else said

    def _masked(self) -> str:
        if not self.masked:
            return ""
        lines = "".join(f"<li><bdi>{escape(line)}</bdi></li>" for line in self.masked)
        return f'<section id="masked"><h2>{self._say("masked")}</h2><ul>{lines}</ul></section>\n'

    def _section(
        self, number: int, table: Table, facts: DataSetFacts, most_bytes: int
    ) -> Iterator[str]:
        yield f'<section id="set-{number}"><h2>{_name(table, facts)}</h2>'
        if facts.purpose:
            yield f"<p>{self._say('purpose')}: <bdi>{escape(facts.purpose)}</bdi></p>"
        shown = 0
        for text, last in self._records(table, most_bytes):
            shown = last
            yield text
        if shown < table.count:
            files = f"data/{table.path}.json"
            rest = word("rest", self.language).format(rest=table.count - shown, files=files)
            yield f"<p><strong>{escape(rest)}</strong></p>"
        yield f'<p><a href="#contents">{self._say("top")}</a></p></section>\n'

    def _records(self, table: Table, most_bytes: int) -> Iterator[tuple[str, int]]:
        """The records that fit, each with how many were shown with it."""
        columns, wide, spent, shown = table.columns, len(table.columns) > WIDE, 0, 0
        whole = f"data/{table.path}.json"
        if not wide:
            names = "".join(f'<th scope="col"><bdi>{seen(name)}</bdi></th>' for name in columns)
            yield f'<div class="wide"><table><thead><tr>{names}</tr></thead><tbody>', 0
        for row in table.rows():
            if shown >= MOST_RECORDS or spent >= most_bytes:
                break
            shown += 1
            if wide:
                caption = f"{self._say('record')} {shown}"
                text = record_table(row, columns, caption, whole, self.language)
            else:
                text = record_row(row, columns, whole, self.language)
            spent += len(text)
            yield text, shown
        if not wide:
            yield "</tbody></table></div>", shown


def _name(table: Table, facts: DataSetFacts) -> str:
    parts = [facts.system or table.system, facts.title or table.collection]
    return " – ".join(f"<bdi>{seen(part)}</bdi>" for part in parts)
