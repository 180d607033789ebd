"""`calends report`: the figures of a year, for management and for an inspection."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from calends.commands.office import run
from calends.company import load_company
from calends.figures.counting import Figures, figures_of
from calends.figures.listing import Listed, cases_of
from calends.figures.pdf import report_pdf
from calends.figures.tables import COUNTED, figures_csv, list_csv, month_rows
from calends.figures.words import number
from calends.problems import Problem
from calends.register.database import Register
from calends.rules.vocabulary import Language
from calends.settings import Settings

READERS = ("management", "inspection")
YEARS = click.IntRange(2018, 2200)


@click.command(name="report")
@click.option("--year", type=YEARS, help="Default: this year.")
@click.option(
    "--for", "whom", type=click.Choice(["management", "inspection"]), default="management"
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="FILE.pdf or FILE.csv.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="Default: the company's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def app(
    year: int | None, whom: str, output: Path | None, language: str | None, as_json: bool
) -> None:
    """Received, answered, in time, extended, by right and month; median days; oldest open.

    Without -o a table on stdout. The inspection's report lists every demand by its reference.
    """
    if output is not None and output.suffix not in (".pdf", ".csv"):
        raise Problem("-o: a file that ends in .pdf or .csv")

    async def work(register: Register, settings: Settings) -> tuple[bytes, Figures]:
        controller = load_company(settings.company_file).controller
        now = datetime.now(ZoneInfo(controller.tz))
        chosen = Language(language or controller.language)
        async with register.session() as session:
            figures = await figures_of(
                session, year or now.year, tz=controller.tz, today=now.date()
            )
            listed = None
            if whom == "inspection":
                listed = [one async for one in cases_of(session, figures.year, tz=controller.tz)]
        if output is not None:
            return _made(output.suffix, figures, listed, controller.name, chosen, now), figures
        lines = [json.dumps(_facts(figures))] if as_json else _table(figures, chosen)
        return "\n".join(lines).encode(), figures

    made, figures = run(work)
    if output is None:
        print(made.decode())
        return
    try:
        output.write_bytes(made)
    except OSError as error:
        raise Problem(f"{output}: {error.strerror}") from error
    print(f"{output}: {len(made)} bytes, {figures.total.received} demands of {figures.year}")


def _made(
    suffix: str,
    figures: Figures,
    listed: list[Listed] | None,
    company: str,
    language: Language,
    now: datetime,
) -> bytes:
    if suffix == ".pdf":
        return report_pdf(figures, company=company, language=language, at=now, listed=listed)
    rows = figures_csv(figures, language) if listed is None else list_csv(listed, language)
    return b"".join(rows)


def _facts(figures: Figures) -> dict[str, object]:
    oldest = figures.oldest_open
    return {
        "year": figures.year,
        "cases": figures.cases,
        "total": asdict(figures.total),
        "by_right": {str(right): asdict(count) for right, count in figures.by_right.items()},
        "by_month": {str(month): asdict(count) for month, count in figures.by_month.items()},
        "oldest_open": None
        if oldest is None
        else {
            "reference": oldest.reference,
            "right": str(oldest.right),
            "received": oldest.received.isoformat(),
            "answer_by": oldest.answer_by.isoformat(),
        },
    }


def _table(figures: Figures, language: Language) -> list[str]:
    heads = ["", *(name.replace("_", " ") for name in COUNTED)]
    lines = ["  ".join(f"{head:>14}" if head else f"{figures.year:<6}" for head in heads)]
    for label, count in month_rows(figures, language):
        numbers = (number(getattr(count, name), language) for name in COUNTED)
        lines.append("  ".join([f"{label:<6}", *(f"{one:>14}" for one in numbers)]))
    return lines
