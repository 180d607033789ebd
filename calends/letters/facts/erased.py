"""What became of each data set when erasure was asked: facts of the block `erasure_lines.txt`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from calends.company import UNSET, Company
from calends.letters import reasons, words
from calends.letters.inputs import ErasureLine
from calends.rules import retention
from calends.rules.periods import Period
from calends.rules.vocabulary import Language, Verdict

_KEPT = (Verdict.ARCHIVED_RESTRICTED, Verdict.RETAINED)


def erasure_lines(
    company: Company, lines: Sequence[ErasureLine], language: Language, acted_on: date | None
) -> dict[str, Any]:
    """The lines by verdict, in words. `acted_on`: the day of the erasure, when there was one."""

    def of(verdict: Verdict) -> list[dict[str, Any]]:
        return [_line(line, language) for line in lines if line.verdict is verdict]

    period = company.backups_expire_after
    known = period not in (UNSET, "none")
    return {
        "erased": of(Verdict.ERASED),
        "anonymised": of(Verdict.ANONYMISED),
        "archived": of(Verdict.ARCHIVED_RESTRICTED),
        "retained": of(Verdict.RETAINED),
        "suppressed": of(Verdict.SUPPRESSION_ENTRY),
        "undecided": of(Verdict.HUMAN),
        "backups_until": _backups_until(lines, period if known else "", language, acted_on),
        "backups_within": words.period_in_words(period, language) if known else "",
        "nothing_to_erase": all(line.verdict is Verdict.NOT_FOUND for line in lines),
    }


def _backups_until(
    lines: Sequence[ErasureLine], period: str, language: Language, acted_on: date | None
) -> str:
    """The last day on which a backup may still hold the data; empty when none is known."""
    days = [line.until for line in lines if line.verdict is Verdict.BACKUP_EXPIRING and line.until]
    if acted_on is not None and period:
        days.append(Period.parse(period).after(acted_on))
    return words.day_in_words(max(days), language) if days else ""


def _line(line: ErasureLine, language: Language) -> dict[str, Any]:
    reason, exception = line.reason, line.exception
    if reason in reasons.VERDICT_REASONS:
        if not exception and line.verdict in _KEPT:
            exception = retention.ARTICLES[retention.Reason(reason)].removeprefix("GDPR ")
        reason = reasons.VERDICT_REASONS[reason][language]
    return {
        "label": ", ".join(part for part in (line.system, line.collection) if part),
        "records": words.records_in_words(line.count, language),
        "until": words.day_in_words(line.until, language) if line.until else "",
        "source": line.source,
        "exception": exception,
        "reason": reason,
    }
