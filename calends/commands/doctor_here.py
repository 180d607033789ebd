"""The doctor's checks of this machine: interpreter, files, keys, letters."""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from calends.company import Company, load_company
from calends.settings import Settings

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. Only an error makes `calends doctor` exit 1."""

    level: Literal["ok", "note", "warning", "error"]
    text: str
    mend: str = ""


def python() -> Line:
    if sys.version_info < OLDEST_PYTHON:
        return Line("error", platform.python_version(), "install Python 3.11 or newer")
    return Line("ok", platform.python_version())


async def company_file(settings: Settings) -> list[Line]:
    """Valid, and what the policy leaves open: a human decides there, case by case."""
    company = load_company(settings.company_file)
    mend = "decide it and write it into the company file"
    notes = [Line("note", f"{point} is UNSET", mend) for point in company.open_points()]
    first = Line("ok", f"{settings.company_file} of {company.controller.name}")
    return [first, *notes, *_changed_since_the_start(settings, company)]


def _changed_since_the_start(settings: Settings, company: Company) -> list[Line]:
    """The worker of this machine reads the company file and the data sets once."""
    try:
        running = json.loads((settings.var / "run/worker.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []  # no service of this machine
    files = [settings.company_file]
    files += [company.dataset_file(entry) for entry in company.systems if entry.declared]
    newer = [f for f in files if f.exists() and f.stat().st_mtime > running["started"]]
    mend = "stop the service and start it again"
    return [Line("warning", f"{file} changed after the service started", mend) for file in newer]


async def datasets(settings: Settings) -> list[Line]:
    from calends.systems.checking import company_lines
    from calends.systems.dataset import load_datasets

    company = load_company(settings.company_file)
    lines = []
    for entry in company.systems:
        if not entry.declared:
            continue
        declared = load_datasets([company.dataset_file(entry)])
        lines.append(Line("ok", f"{entry.id}: {len(list(declared))} collections"))
        lines += [
            Line(line.level, f"{entry.id}: {line.text}", line.mend)
            for line in company_lines(company, declared)
        ]
    return lines


async def master_key(settings: Settings) -> list[Line]:
    from calends.vault.master import load_master_key

    path = settings.master_key_file
    if not path.exists():  # loading would make one
        mend = "`make up` makes one; or set CALENDS_MASTER_KEY_FILE to the one that you keep"
        return [Line("warning", f"none at {path}", mend)]
    if len(load_master_key(path)().wrapping) > 1:
        return [Line("warning", f"{path}: a rotation is under way", "calends keys finish")]
    return [Line("ok", f"{path}, read by its owner only")]


async def signing_key(settings: Settings) -> list[Line]:
    from calends.evidence.signing import load_signing_key

    path = settings.signing_key_file
    if not path.exists():
        mend = "it is made at the first `calends evidence export`; or set CALENDS_SIGNING_KEY_FILE"
        return [Line("note", f"none at {path} yet", mend)]
    return [Line("ok", f"{path}, fingerprint {load_signing_key(path).public.fingerprint}")]


async def letters(settings: Settings) -> list[Line]:
    """Every letter, in both languages, with the company's own texts over the built-in ones."""
    from calends.letters.check import check_templates
    from calends.letters.fonts import missing_scripts
    from calends.letters.own import own_files, own_letters, strays

    if settings.letters and not settings.letters.is_dir():
        return [Line("error", f"no folder {settings.letters}", "make it, or unset CALENDS_LETTERS")]
    own = own_letters(settings.company_file, settings.letters)
    wrong = await asyncio.to_thread(check_templates, own=own)
    mend = "mend the text; until then the built-in one is sent" if own else "reinstall calends"
    lines = [Line("error", text, mend) for text in wrong] or [Line("ok", "every letter holds")]
    if own:
        lines.append(Line("note", f"{len(own_files(own))} own texts in {own}"))
        mend = "rename it as `calends letters list` has it, or remove it"
        lines += [Line("warning", f"{own / name} replaces no text", mend) for name in strays(own)]
    mend = "apt-get install fonts-noto-core fonts-noto-cjk"
    scripts = await asyncio.to_thread(missing_scripts)
    return lines + [Line("warning", f"no font for {script} names", mend) for script in scripts]


async def listener(settings: Settings) -> list[Line]:
    ports = [port for port in (settings.listen_port, settings.lmtp_port) if port]
    if not ports:
        return [Line("note", "none; mail comes as files", "starter.py mail FILE.eml")]
    if find_spec("aiosmtpd") is None:
        return [Line("error", "aiosmtpd is not installed", "pip install 'calends[listener]'")]
    return [Line("ok", f"port {', '.join(map(str, ports))} of {settings.listen_host}")]
