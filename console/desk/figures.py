"""Figures of a year, and the yearly report as PDF and CSV."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from calends.figures.counting import figures_of, years
from calends.figures.listing import cases_of
from calends.figures.pdf import DEFINITIONS, report_pdf
from calends.figures.tables import (
    COUNTED,
    figures_csv,
    list_csv,
    month_chart,
    month_rows,
    right_chart,
    right_rows,
)
from calends.figures.words import COLUMNS, TEXTS, number
from console.desk.frame import Frame
from console.who import May, User, require_may

Reader = Annotated[User, Depends(require_may(May.SEE_FIGURES))]
FIRST_YEAR, LAST_YEAR = 2018, 2200


def routes(frame: Frame) -> APIRouter:
    pages, router = FiguresPages(frame), APIRouter(prefix="/desk/figures")
    router.add_api_route("", pages.show, methods=["GET"])
    router.add_api_route("/report.{form}", pages.report, methods=["GET"])
    return router


class FiguresPages:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._one_at_a_time = asyncio.Semaphore(1)  # setting a PDF takes a core

    def _now(self) -> datetime:
        return datetime.now(ZoneInfo(self.frame.house.company.controller.tz))

    async def show(self, request: Request, user: Reader) -> Response:
        tz, now = self.frame.house.company.controller.tz, self._now()
        language = self.frame.language(request)
        async with self.frame.house.register.session() as session:
            figures = await figures_of(session, _year(request, now.year), tz=tz, today=now.date())
            known = await years(session, tz)
        return self.frame.page(
            request,
            user,
            "figures",
            here="figures",
            figures=figures,
            years=sorted({*known, now.year, figures.year}, reverse=True),
            columns=[COLUMNS[name][language] for name in COUNTED],
            counted=COUNTED,
            w={key: words[language] for key, words in TEXTS.items()},
            definitions=DEFINITIONS,
            number=lambda value: number(value, language),
            months=month_rows(figures, language),
            rights=right_rows(figures, language),
            month_chart=Markup(month_chart(figures, language)),  # noqa: S704  ours, escaped
            right_chart=Markup(right_chart(figures, language)),  # noqa: S704
        )

    async def report(self, request: Request, form: str, user: Reader) -> Response:
        """`?year=…&for=inspection`: a download, made anew each time."""
        house, now = self.frame.house, self._now()
        tz, language = house.company.controller.tz, self.frame.language(request)
        if form not in ("pdf", "csv"):
            raise HTTPException(404)
        year, listed = _year(request, now.year), None
        inspection = request.query_params.get("for") == "inspection"
        async with house.register.session() as session:
            figures = await figures_of(session, year, tz=tz, today=now.date())
            if inspection:
                listed = [one async for one in cases_of(session, year, tz=tz)]
        if form == "csv":
            rows = figures_csv(figures, language) if listed is None else list_csv(listed, language)
            content, kind = b"".join(rows), "text/csv; charset=utf-8"
        else:
            name, kind = house.company.controller.name, "application/pdf"
            async with self._one_at_a_time:
                content = await asyncio.to_thread(
                    report_pdf, figures, company=name, language=language, at=now, listed=listed
                )
        named = f"calends-{year}-{'inspection' if inspection else 'management'}.{form}"
        return Response(
            content,
            media_type=kind,
            headers={
                "Content-Disposition": f'attachment; filename="{named}"',
                "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            },
        )


def _year(request: Request, this_year: int) -> int:
    typed = request.query_params.get("year", "")
    if not typed:
        return this_year
    if not (typed.isascii() and typed.isdigit() and FIRST_YEAR <= int(typed[:5]) <= LAST_YEAR):
        raise HTTPException(404)
    return int(typed)
