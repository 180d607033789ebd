"""The doctor's checks of what answers over a wire: register, engine, mail server, systems."""

from __future__ import annotations

import asyncio

from calends.commands.doctor_here import Line
from calends.company import Company, SystemEntry, load_company
from calends.problems import Problem
from calends.register.opening import opened_register
from calends.settings import Settings

CLOCK_SECONDS = 5.0
"""By which the clocks may differ: instants of one case come from both."""

SYSTEM_SECONDS = 6.0
MAIL_SECONDS = 5.0

SMTP_MENDS = {
    "login": "set CALENDS_SMTP_USER, and CALENDS_SMTP_PASSWORD or _TOKEN_FILE, as it knows them",
    "tls": "set CALENDS_SMTP_TLS as the server speaks it, or mend its certificate",
    "sender": "let the server relay mail from this machine",
}
SMTP_MEND = "start it, or set CALENDS_SMTP_HOST, CALENDS_SMTP_PORT, CALENDS_SMTP_TLS"


async def register(settings: Settings) -> list[Line]:
    """Reachable, at this version's tables, and its sealed content within reach of a key."""
    from alembic.script import ScriptDirectory
    from sqlalchemy import select, text

    from calends.register.migrate import alembic_config
    from calends.register.models import KeyRow

    if not settings.database_url.get_secret_value():
        return [Line("error", "no address", "`make up`, or set CALENDS_DATABASE_URL")]
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    async with opened_register(settings) as opened, opened.session() as session:
        at = await session.scalar(text("SELECT version_num FROM alembic_version"))
        sealed = await session.scalar(select(KeyRow.id).limit(1))
    if sealed is not None and not settings.master_key_file.exists():
        mend = "bring back the file of CALENDS_MASTER_KEY_FILE from its backup, before any start"
        return [Line("error", "holds sealed cases, and their master key is not here", mend)]
    if at != newest:
        mend = "python -m calends.register migrate"
        return [Line("error", f"at migration {at}, the newest is {newest}", mend)]
    return [Line("ok", f"reachable, at migration {at}")]


async def engine(settings: Settings) -> list[Line]:
    """Reachable, with our namespace and search attributes, and workers at the cases' queue."""
    from calends.engine.examining import namespace_exists, pollers, wrong_search_attributes
    from calends.engine.observing import EngineAway, observer
    from calends.engine.parts import CASE_QUEUE

    client, namespace = await observer(settings), settings.temporal_namespace
    try:
        if not await namespace_exists(client, namespace):
            mend = f"temporal operator namespace create {namespace}, or CALENDS_TEMPORAL_NAMESPACE"
            return [Line("error", f"no namespace {namespace}", mend)]
        lines = [Line("ok", f"{settings.temporal_address}, namespace {namespace}")]
        wrong = await wrong_search_attributes(client, namespace)
        if wrong:
            mend = "temporal operator search-attribute create (docs); `make up` does it by itself"
            lines.append(Line("error", f"missing or of another type: {', '.join(wrong)}", mend))
        if not await pollers(client, CASE_QUEUE):
            lines.append(Line("warning", "no worker takes the cases' work", "start worker.py"))
    except EngineAway as error:
        return [Line("error", f"Temporal does not answer ({error})", "see its log")]
    return lines


async def clock(settings: Settings) -> list[Line]:
    """This machine's clock against the engine's."""
    from calends.engine.examining import clock_difference
    from calends.engine.observing import EngineAway, observer

    try:
        difference = (await clock_difference(await observer(settings))).total_seconds()
    except Problem:
        return [Line("note", "not compared: no Temporal server")]  # said under `engine`
    except EngineAway as error:
        return [Line("warning", f"not compared with the engine's ({error})", "see its log")]
    if abs(difference) > CLOCK_SECONDS:
        where = "ahead of" if difference > 0 else "behind"
        what = f"{abs(difference):.0f} s {where} the engine's"
        return [Line("error", what, "synchronise both machines (NTP)")]
    return [Line("ok", f"within {CLOCK_SECONDS:.0f} s of the engine's")]


async def mail_server(settings: Settings) -> list[Line]:
    """Connects and logs in as a letter would, and sends none."""
    import aiosmtplib

    from calends.mail.sending import outgoing, why

    where, own = f"{settings.smtp_host}:{settings.smtp_port}", _own_address(settings)
    try:
        async with outgoing(settings, own, MAIL_SECONDS) as server:
            reports = server.supports_extension("dsn")
    except (aiosmtplib.SMTPException, OSError) as error:
        reason = why(error)
        return [Line("error", f"{where}: {reason}", SMTP_MENDS.get(reason, SMTP_MEND))]
    told = "and reports what does not arrive" if reports else "without delivery reports (DSN)"
    return [Line("ok", f"{where} takes letters, {told}")]


async def virus_scanner(settings: Settings) -> list[Line]:
    from calends.mail.scanner import alive

    if not settings.clamd:
        return [Line("note", "none declared: files are handed on as they came", "")]
    if await alive(settings.clamd):
        return [Line("ok", f"{settings.clamd} answers")]
    mend = "start clamd, or set CALENDS_CLAMD to its socket or host:port"
    return [Line("error", f"{settings.clamd} does not answer: no file is handed on", mend)]


def _own_address(settings: Settings) -> str:
    try:
        return load_company(settings.company_file).controller.email
    except Problem:
        return ""  # said under `company file`


async def systems(settings: Settings) -> list[Line]:
    """Each declared system on its own: one that is away does not hide another."""
    company = load_company(settings.company_file)
    found = await asyncio.gather(*(_system(company, entry) for entry in company.systems))
    return [line for lines in found for line in lines]


async def _system(company: Company, entry: SystemEntry) -> list[Line]:
    from calends.systems.checking import check_entry

    try:
        async with asyncio.timeout(SYSTEM_SECONDS):
            checked = await check_entry(company, entry)
    except TimeoutError:
        return [
            Line("error", f"{entry.id}: no answer in {SYSTEM_SECONDS:.0f} s", "see that it runs")
        ]
    return [Line(line.level, f"{entry.id}: {line.text}", line.mend) for line in checked]
