"""The texts that usually block or shape an erasure in France (rule book §3.2).

A statute obliges to keep; a claim may need a record, and a human says so; the CNIL's durations are
ceilings for the controller, never exceptions to GDPR 17. The marks say how surely the text is
known: V read, S quoted by a source that was read, M from memory. The DPO confirms each one used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calends.rules.periods import Period
from calends.rules.retention import NONE, Reason, RecordVerdict, RetentionRule, verdict_for_erasure
from calends.rules.vocabulary import Basis, Verdict


class Effect(StrEnum):
    """What the text does to an erasure demand."""

    OBLIGATION = "obligation"  # 17(3)(b): archived, restricted, until its end
    CLAIMS = "claims"  # 17(3)(e): never automatic
    CEILING = "ceiling"  # a maximum: erased on demand
    SUPPRESSION = "suppression"  # a minimum, for a keyed digest only
    WEIGH = "weigh"  # usually retained: a human weighs it
    INCIDENT = "incident"  # it should not be there at all


@dataclass(frozen=True)
class Statute:
    """One text. `start`: the event from which the duration counts."""

    key: str
    data: str
    duration: str
    """ISO 8601 period, or `none`."""
    start: str
    source: str
    mark: str
    effect: Effect
    from_financial_year_end: bool = False
    note: str = ""

    def rule(self) -> RetentionRule:
        """The text as a retention rule: what it keeps, it keeps in the archive."""
        ceiling = self.effect is Effect.CEILING
        return RetentionRule(
            id=self.key,
            active=self.duration if ceiling else NONE,
            archive=NONE if ceiling else self.duration,
            statutory=self.effect is Effect.OBLIGATION,
            from_financial_year_end=self.from_financial_year_end,
            source=self.source,
        )


_ROWS = (
    Statute(
        "accounting",
        "invoices, vouchers, ledgers, orders as vouchers",
        "P10Y",
        "end of the financial year",
        "C. com. L123-22 al. 2",
        "V (start S)",
        Effect.OBLIGATION,
        from_financial_year_end=True,
        note="never altered: sans blanc ni altération",
    ),
    Statute(
        "tax",
        "documents open to tax control",
        "P6Y",
        "last entry or date of the document",
        "LPF L102 B",
        "V",
        Effect.OBLIGATION,
        note="absorbed by the ten years of accounting",
    ),
    Statute(
        "e_contract",
        "electronic contract with a consumer, from 120 euros",
        "P10Y",
        "delivery or performance",
        "C. conso. L213-1, D213-1, D213-2",
        "V (amount, duration M)",
        Effect.OBLIGATION,
    ),
    Statute(
        "civil_prescription",
        "evidence of contracts",
        "P5Y",
        "knowledge of the facts",
        "C. civ. 2224; C. com. L110-4",
        "S",
        Effect.CLAIMS,
        note="needed evidence only",
    ),
    Statute(
        "consumer_claim",
        "claims of a professional against a consumer",
        "P2Y",
        "knowledge of the facts",
        "C. conso. L218-2",
        "M",
        Effect.CLAIMS,
    ),
    Statute(
        "construction",
        "works files",
        "P10Y",
        "acceptance of the works",
        "C. civ. 1792-4-1, 1792-4-3",
        "S/V",
        Effect.CLAIMS,
    ),
    Statute(
        "property_mgmt",
        "mandates and registers of property agents",
        "P10Y",
        "end of the mandate",
        "décret 72-678",
        "M",
        Effect.OBLIGATION,
        note="only an activity under the Hoguet law",
    ),
    Statute(
        "aml",
        "know-your-customer files",
        "P5Y",
        "end of the relation",
        "CMF L561-12",
        "M",
        Effect.OBLIGATION,
        note="only who is subject to it; access goes through the CNIL, CMF L561-45",
    ),
    Statute("payslips", "payslips", "P5Y", "issue", "C. trav. L3243-4", "S", Effect.OBLIGATION),
    Statute(
        "staff_register",
        "staff register",
        "P5Y",
        "departure",
        "C. trav. R1221-26",
        "S",
        Effect.OBLIGATION,
    ),
    Statute(
        "working_time",
        "records of working time",
        "P1Y",
        "the record",
        "C. trav. D3171-16",
        "S",
        Effect.OBLIGATION,
    ),
    Statute(
        "working_time_forfait",
        "records of working days under a flat rate",
        "P3Y",
        "the record",
        "C. trav. D3171-16",
        "S",
        Effect.OBLIGATION,
    ),
    Statute("candidates", "candidates", "P2Y", "last contact", "CNIL", "M", Effect.CEILING),
    Statute(
        "prospects",
        "prospects",
        "P3Y",
        "last contact by the prospect",
        "CNIL, SAN-2020-008",
        "S",
        Effect.CEILING,
    ),
    Statute(
        "customers_marketing",
        "customers, for marketing",
        "P3Y",
        "end of the relation",
        "CNIL (ex NS-48 art. 5)",
        "V",
        Effect.CEILING,
        note="an objection ends it at once",
    ),
    Statute(
        "suppression_list",
        "suppression list",
        "P3Y",
        "the objection",
        "GDPR 21(3); CNIL (ex NS-48)",
        "M",
        Effect.SUPPRESSION,
        note="a minimum; a keyed digest only, explained to the person",
    ),
    Statute(
        "card_number",
        "card numbers",
        "P13M",
        "the debit",
        "CMF L133-24; CNIL 2018-303",
        "V/S",
        Effect.CLAIMS,
        note="archived for disputes, else gone with the transaction",
    ),
    Statute(
        "card_number_deferred",
        "numbers of cards with deferred debit",
        "P15M",
        "the debit",
        "CMF L133-24; CNIL 2018-303",
        "V/S",
        Effect.CLAIMS,
    ),
    Statute(
        "card_cvv",
        "card verification codes",
        NONE,
        "the first transaction",
        "CNIL 2018-303 art. 4",
        "V",
        Effect.INCIDENT,
        note="never kept after the first transaction",
    ),
    Statute(
        "iban_mandate",
        "bank account and direct-debit mandate",
        "P13M",
        "the debit",
        "CMF L133-24",
        "M",
        Effect.CLAIMS,
        note="and the prescription after it",
    ),
    Statute(
        "cctv",
        "images of video surveillance",
        "P1M",
        "the recording",
        "CSI L252-5; CNIL",
        "V/S",
        Effect.CEILING,
        note="frozen on an access request or a claim",
    ),
    Statute("badge", "badges", "P3M", "the passage", "CNIL (ex NS-42)", "M", Effect.CEILING),
    Statute(
        "cookies", "tracers", "P13M", "the deposit", "CNIL 2020-091, 2020-092", "M", Effect.CEILING
    ),
    Statute(
        "cookies_data",
        "data of tracers",
        "P25M",
        "the collection",
        "CNIL 2020-091, 2020-092",
        "M",
        Effect.CEILING,
    ),
    Statute(
        "cookies_choice",
        "choices about tracers",
        "P6M",
        "the choice",
        "CNIL 2020-091, 2020-092",
        "M",
        Effect.CEILING,
    ),
    Statute(
        "security_logs",
        "security logs",
        "P1Y",
        "the event",
        "CNIL 2021-122",
        "M",
        Effect.WEIGH,
        note="six to twelve months, usually retained",
    ),
)
STATUTES = {row.key: row for row in _ROWS}


def statute(key: str) -> Statute:
    """The text of that key. Raises ValueError when there is none."""
    try:
        return STATUTES[key]
    except KeyError:
        known = ", ".join(STATUTES)
        raise ValueError(f"no statutory rule named {key[:40]!r}: one of {known}") from None


def verdict_under(text: Statute, start: date | None, today: date) -> RecordVerdict:
    """What an erasure demand does to a record that this text speaks of."""
    if text.effect is Effect.INCIDENT:
        return _verdict(text, Verdict.ERASED, Reason.UNLAWFUL_TO_HOLD)
    if text.effect is Effect.SUPPRESSION:
        # Without the entry nobody would know that this person must not be written to.
        return _verdict(text, Verdict.SUPPRESSION_ENTRY, Reason.SUPPRESSION_NEEDED)
    if text.effect is Effect.WEIGH:
        over = start is not None and today > Period.parse(text.duration).after(start)
        reason = Reason.DURATION_OVER if over else Reason.GROUNDS_TO_WEIGH
        return _verdict(text, Verdict.ERASED if over else Verdict.HUMAN, reason)
    if text.effect is Effect.CEILING and start is None:
        # A maximum gives no right to keep, so its start need not be known to end it on demand.
        return _verdict(text, Verdict.ERASED, Reason.NO_LONGER_NECESSARY)
    # The basis decides nothing here: a statute prevails, a ceiling or a claim never rests on it.
    return verdict_for_erasure(text.rule(), Basis.CONTRACT, start, today)


def _verdict(text: Statute, kind: Verdict, reason: Reason) -> RecordVerdict:
    return RecordVerdict(kind, None, text.key, text.source, reason)
