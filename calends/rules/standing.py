"""Who may exercise the rights of whom: agents, lawyers, guardians, associations, strangers.

Rule book §5 rows 3-4, 6-7, 9-11, 69-70. What is missing is asked for; the clock runs meanwhile,
and a doubt is cleared with the person directly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.rights import in_order, rule_for
from calends.rules.trace import Step
from calends.rules.vocabulary import Right

MANDATE_LAW = "décret 2019-536 art. 77-81; CNIL délibération 2021-070"


@dataclass(frozen=True)
class Mandate:
    """What an agent shows of the mandate that they were given."""

    rights: tuple[Right, ...]
    """Its object: the rights that it covers; empty when it names none."""
    ends: date | None
    """Its duration, as last local day; None when it states none."""
    principal_identified: bool
    agent_identified: bool


@dataclass(frozen=True)
class AgentDecision:
    """What an agent may do; data may always go to the person instead."""

    decision: Decision
    covered: tuple[Right, ...]
    ask_person_directly: bool = False


def agent_may_act(
    mandate: Mandate, rights: Iterable[Right], today: date, *, doubt: str = ""
) -> AgentDecision:
    """An agent with a mandate (rule book §5 row 9): object, duration, identity of both.

    The number of requests an agent brings is no reason to refuse, and its portal is never used
    to hand over data (row 10): the answer goes to our own page or to the person. What needs no
    identity is done whoever asks.
    """
    demanded = in_order(rights)
    free = tuple(right for right in demanded if not rule_for(right).waits_for_identity)
    if doubt.strip():
        step = "a doubt is cleared with the person directly"
        return AgentDecision(_agent(Outcome.ASK, step, ("person",)), free, True)
    missing = _missing(mandate, today)
    if missing:
        words = f"the mandate lacks: {', '.join(missing)}"
        return AgentDecision(_agent(Outcome.ASK, words, missing), free)
    covered = tuple(r for r in demanded if r in mandate.rights or r in free)
    if set(covered) != set(demanded):
        words = "the mandate does not cover every right demanded"
        return AgentDecision(_agent(Outcome.ASK, words, ("object",)), covered)
    return AgentDecision(_agent(Outcome.ACCEPT, "the mandate is complete", ()), covered)


def _missing(mandate: Mandate, today: date) -> tuple[str, ...]:
    lacks = {
        "object": not mandate.rights,
        "duration": mandate.ends is None or mandate.ends < today,
        "principal_identity": not mandate.principal_identified,
        "agent_identity": not mandate.agent_identified,
    }
    return tuple(name for name, missing in lacks.items() if missing)


def _agent(outcome: Outcome, words: str, ask: tuple[str, ...]) -> Decision:
    return decide(outcome, words, MANDATE_LAW, about="agent", ask=ask)


def lawyer_may_act() -> Decision:
    """A lawyer: usually believed on their declaration, and a human says so."""
    return decide(
        Outcome.HUMAN, "a lawyer's declaration of mandate", "house rule: usage", about="lawyer"
    )


def guardian_may_act(*, proof_seen: bool) -> Decision:
    """The guardian of a protected adult, with the judgment that appoints them (§5 row 7)."""
    source = "C. civ. 425, 473"
    if proof_seen:
        return decide(Outcome.ACCEPT, "appointed by a judge", source, about="guardian")
    words = "the judgment that appoints the guardian"
    return decide(Outcome.ASK, words, source, about="guardian", ask=("judgment",))


def association_may_act() -> Decision:
    """A body of GDPR 80: its statutes and mandate are for a human to read (§5 row 11)."""
    return decide(Outcome.HUMAN, "a representative body", "GDPR 80", about="association")


def legal_person_may_act(*, natural_person_inside: bool) -> Decision:
    """A company has no such rights; the natural persons in its file do (§5 row 69)."""
    source = "GDPR 1(1), 4(1), recital 14"
    if natural_person_inside:
        words = "for the data of the natural person who asks, not for the company's"
        return decide(Outcome.ACCEPT, words, source, about="legal_person")
    words = "data of a legal person: no right of the GDPR"
    return decide(Outcome.REFUSE, words, source, about="legal_person")


def stranger_may_act(right: Right) -> Decision:
    """Somebody who does not say who they are: what needs no identity is done for the address
    written from, the rest waits for it (§5 row 70)."""
    rule = rule_for(right)
    if not rule.waits_for_identity:
        words = "done for the address written from"
        return decide(Outcome.ACCEPT, words, rule.article, about="stranger")
    words = "no data to somebody unknown; the clock runs"
    return decide(Outcome.ASK, words, "GDPR 11(2), 12(6)", about="stranger", ask=("identity",))


@dataclass(frozen=True)
class OfOneSubject:
    """The part of a message that is about one person: a case of its own (§5 row 3)."""

    subject: int
    is_writer: bool
    needs_mandate: bool
    why: Step


def split_by_subject(subjects: int, writer: int | None) -> tuple[OfOneSubject, ...]:
    """One case a person when a message speaks for several; no case sees another's data.

    `subjects`: how many persons it speaks for, `writer`: which of them writes, None for none of
    them. A couple or a household is several persons (§5 row 4).
    """
    return tuple(
        OfOneSubject(
            subject,
            subject == writer,
            subject != writer,
            Step(
                "subject",
                "own_case",
                "GDPR 4(1), 5(1)(f)",
                "the writer" if subject == writer else "needs a mandate or an own request",
            ),
        )
        for subject in range(subjects)
    )
