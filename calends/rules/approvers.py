"""Who may decide: a second pair of eyes, the deputy of who is away, nobody in their own matter.

GDPR 38(6): the DPO has no conflict of interests. Rule book §5 rows 57, 59-60.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from calends.rules.trace import Step

LADDER = ("deputy", "management")
"""Who is asked when nobody of the role is left, in this order."""


@dataclass(frozen=True)
class Colleague:
    """One account of the company, by its id (never a name)."""

    id: str
    roles: frozenset[str]
    absent: bool = False


@dataclass(frozen=True)
class Approver:
    """Who is asked; None: nobody may, and management is paged."""

    id: str | None
    why: Step


def approver_for(
    role: str,
    colleagues: Sequence[Colleague],
    *,
    requester: str = "",
    complained_of: Collection[str] = (),
    decided_purposes: Collection[str] = (),
    acted: Collection[str] = (),
) -> Approver:
    """Who decides for this role in this case, all by id.

    `requester`: the colleague whose own request it is; `complained_of`: whom it complains about;
    `decided_purposes`: who decided the processing in question (a DPO who did is in conflict);
    `acted`: who prepared what is now approved.
    """
    out = {requester, *complained_of, *decided_purposes, *acted} - {""}
    for asked in (role, *(step for step in LADDER if step != role)):
        fit = [c for c in colleagues if asked in c.roles and c.id not in out and not c.absent]
        if fit:
            words = f"{asked} decides" if asked == role else f"no {role} may: {asked} decides"
            return Approver(fit[0].id, _step(asked, words))
    return Approver(None, _step("nobody", f"no {role}, no {' and no '.join(LADDER)} may decide"))


def _step(value: str, words: str) -> Step:
    return Step("approver", value, "GDPR 38(6); house rule: a second pair of eyes", words)
