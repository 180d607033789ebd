"""The data of the dead: their rights end, their directives and their heirs remain.

Loi 78-17 art. 85; décret 2019-536 art. 124. The GDPR does not apply to the dead (recital 27), nor
its month; the house keeps the same dates. Rule book §5 row 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calends.rules.decision import Decision, Outcome, decide

_LAW = "loi 78-17 art. 85"
PROOFS = ("acte_de_notoriete", "livret_de_famille")
"""Either of them proves an heir (décret 2019-536 art. 124)."""


class HeirPurpose(StrEnum):
    """What an heir wants."""

    SETTLE_ESTATE = "settle_estate"  # 85 II 1°: identify and receive what the estate needs
    TAKE_DEATH_INTO_ACCOUNT = "take_death_into_account"  # 85 II 2°: close, object, update
    OTHER = "other"


@dataclass(frozen=True)
class HeirRequest:
    purpose: HeirPurpose
    death_shown: bool
    heir_shown: bool
    directives_known: bool = False
    """The dead person left directives with us or with a trusted third party."""
    heirs_disagree: bool = False


def heir_may_act(request: HeirRequest) -> Decision:
    """Whether the request about a dead person is followed.

    Directives come first, whoever asks: a human reads them. Without any, an heir may act for the
    two purposes of the law and for no other; a dispute between heirs is for the judge.
    """
    if request.directives_known:
        return _decide(Outcome.HUMAN, "the dead person's directives come first")
    if request.heirs_disagree:
        return _decide(Outcome.HUMAN, "heirs disagree: the tribunal judiciaire decides")
    if request.purpose is HeirPurpose.OTHER:
        words = "neither the settlement of the estate nor taking the death into account"
        return _decide(Outcome.REFUSE, words)
    missing = (
        *(() if request.death_shown else ("death_certificate",)),
        *(() if request.heir_shown else PROOFS),
    )
    if missing:
        return _decide(Outcome.ASK, "what shows the death and the heir", ask=missing)
    return _decide(Outcome.ACCEPT, f"an heir, for one purpose only: {request.purpose}")


def _decide(outcome: Outcome, words: str, ask: tuple[str, ...] = ()) -> Decision:
    return decide(outcome, words, _LAW, about="heir", ask=ask)
