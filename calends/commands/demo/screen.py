"""What the demo shows: a line for each thing that moves; colours only on a terminal."""

from __future__ import annotations

import asyncio
import io
import re
import time
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from calends.desk.timeline import sentence
from calends.register.database import Register
from calends.register.models import CaseRow, LedgerRow

QUIET = {"letter_written", "reply_composed", "task_opened", "task_done", "task_withdrawn"}
"""Events that another line says already."""

STYLES = {"letter_sent": "green", "escalated": "yellow", "case_closed": "bold green"}


class Screen:
    def __init__(self, *, recorded: bool = False) -> None:
        self.console = Console(
            highlight=False,
            record=recorded,
            width=132 if recorded else None,
            force_terminal=True if recorded else None,
        )
        self._began = time.monotonic()

    def save(self, picture: Path) -> None:
        """How it began and ended, as an SVG that loads nothing from elsewhere."""
        shown = self.console.export_text(styles=True).splitlines()
        short = Console(file=io.StringIO(), record=True, width=132, force_terminal=True)
        short.print(Text.from_ansi("\n".join([*shown[:14], "        …", *shown[-44:]])))
        drawn = short.export_svg(title="make demo")
        picture.write_text(re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL), "utf-8")

    def say(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style=style), soft_wrap=True)

    def line(self, reference: str, text: str, style: str = "") -> None:
        passed = f"{time.monotonic() - self._began:6.1f} s"
        line = Text.assemble((passed, "dim"), "  ", (f"{reference:<14}", "bold"), "  ")
        self.console.print(line.append(text, style=style), soft_wrap=True)

    def table(self, title: str, columns: list[str], rows: list[list[str]]) -> None:
        if not self.console.is_terminal:
            self.say(title)
            for row in rows:
                self.say("  " + "  ".join(row))
            return
        table = Table(title=title, title_justify="left", title_style="bold")
        for column in columns:
            table.add_column(column)
        for row in rows:
            table.add_row(*row)
        self.console.print(table)


async def follow(register: Register, screen: Screen) -> None:
    """Tells every new event of every case, until cancelled."""
    told: dict[str, int] = {}
    while True:
        async with register.session() as session:
            heads = await session.execute(select(CaseRow.id, CaseRow.reference, CaseRow.head_seq))
            news = [row for row in heads if row.reference and row.head_seq > told.get(row.id, 0)]
            for case in news:
                rows = await session.scalars(
                    select(LedgerRow)
                    .where(LedgerRow.case_id == case.id, LedgerRow.seq > told.get(case.id, 0))
                    .order_by(LedgerRow.seq)
                )
                for event in rows:
                    told[case.id] = event.seq
                    if event.kind not in QUIET:
                        _tell(screen, case.reference, event)
        await asyncio.sleep(0.15)


def _tell(screen: Screen, reference: str, event: LedgerRow) -> None:
    day = f"{_day(event.at)}  "
    screen.line(reference, day + sentence(event.kind, event.facts), STYLES.get(event.kind, "white"))


def _day(at: datetime) -> str:
    return at.strftime("%d %b %Y")
