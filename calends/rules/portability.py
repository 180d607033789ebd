"""Which data are portable, in what form, and to whom (GDPR 20; WP242 rev.01). Rule book §1.2."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.trace import Step
from calends.rules.vocabulary import Basis


class Origin(StrEnum):
    """Where data come from; the values are those of `meta.provided` in a dataset."""

    PROVIDED = "by_person"
    OBSERVED = "observed"  # by the person's use of the service: provided, too (WP242 p. 10)
    INFERRED = "inferred"  # made by the controller: scores, notes
    FROM_OTHERS = "no"


class Portable(StrEnum):
    """Whether a data set goes into the file; the names of exclusions are the letters' too."""

    INCLUDED = "included"
    OTHER_BASIS = "other_basis"
    NOT_PROVIDED = "not_provided"
    NOT_AUTOMATED = "not_automated"
    RIGHTS_OF_OTHERS = "rights_of_others"
    HUMAN = "human"


@dataclass(frozen=True)
class DataSet:
    """One data set, as declared."""

    basis: str
    """As the company file names it; explicit consent, 9(2)(a), is `consent`."""
    origin: Origin | None
    """None: nobody has said where they come from."""
    automated: bool = True
    speaks_of_others: bool = False


@dataclass(frozen=True)
class PortabilityOfSet:
    verdict: Portable
    still_under_access: bool
    """What is not portable is still answered under GDPR 15, and offered."""
    why: Step


_WORDS: dict[Portable, tuple[str, str]] = {
    Portable.INCLUDED: ("GDPR 20(1)", "provided by the person, on consent or contract"),
    Portable.OTHER_BASIS: ("GDPR 20(1)(a)", "neither consent nor contract"),
    Portable.NOT_PROVIDED: ("GDPR 20(1); WP242 rev.01", "made by us or received from others"),
    Portable.NOT_AUTOMATED: ("GDPR 20(1)(b)", "not processed by automated means"),
    Portable.RIGHTS_OF_OTHERS: ("GDPR 20(4)", "a human looks at the rights of others first"),
    Portable.HUMAN: ("GDPR 20(1)", "nobody has said on which basis or from where we have it"),
}


def is_portable(data: DataSet) -> PortabilityOfSet:
    """Whether a data set belongs into the portability file: the conditions are cumulative."""
    verdict = _verdict(data)
    source, words = _WORDS[verdict]
    step = Step("portability", str(verdict), source, words)
    return PortabilityOfSet(verdict, verdict is not Portable.INCLUDED, step)


def _verdict(data: DataSet) -> Portable:
    if data.origin in (Origin.INFERRED, Origin.FROM_OTHERS):
        return Portable.NOT_PROVIDED
    if not data.automated:
        return Portable.NOT_AUTOMATED
    if data.basis == Basis.UNSET or data.origin is None:
        return Portable.HUMAN
    if data.basis not in (Basis.CONSENT, Basis.CONTRACT):
        return Portable.OTHER_BASIS
    return Portable.RIGHTS_OF_OTHERS if data.speaks_of_others else Portable.INCLUDED


FORMATS = ("json", "csv")
"""Structured, commonly used, machine-readable; a PDF is not enough (EDPB 01/2022 §156)."""


def format_for(wished: str) -> str:
    """The format of the file: the one wished when it is structured, else JSON."""
    name = wished.strip().casefold().removeprefix(".")
    return name if name in FORMATS else FORMATS[0]


def may_transmit(
    *, feasible: bool, secure_channel: bool, recipient_confirmed_by_person: bool, approved: bool
) -> Decision:
    """Whether the file goes straight to another controller; else the person gets it."""
    if not feasible or not secure_channel:
        words = "no secure way that is technically feasible: the person gets the file"
        return decide(Outcome.REFUSE, words, "GDPR 20(2), 32", about="transmission")
    if not recipient_confirmed_by_person:
        ask = ("recipient",)
        words = "the person confirms who receives it"
        return decide(Outcome.ASK, words, "GDPR 20(2)", about="transmission", ask=ask)
    if not approved:
        return decide(Outcome.HUMAN, "a human sends it", "GDPR 20(2)", about="transmission")
    return decide(
        Outcome.ACCEPT, "straight to the other controller", "GDPR 20(2)", about="transmission"
    )
