"""What the law gives no month: effects that are due in hours, as instants.

The hours are the house's targets for "at once" (GDPR 7(3), 21(3)) and for "without undue delay"
towards recipients (GDPR 19), where no text gives a number (rule book §1.3, §1.4, §1.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from calends.rules.rights import rule_for
from calends.rules.trace import Step
from calends.rules.vocabulary import Right

RECIPIENT_NOTICE_HOURS = 72


@dataclass(frozen=True)
class EffectDue:
    """UTC instants by which the effect must be there; hours do not stop for nights or holidays."""

    own_tools: datetime
    providers: datetime
    why: tuple[Step, ...]


def effect_due(right: Right, received: datetime) -> EffectDue | None:
    """By when a demand must have taken effect; None for a right that has the month.

    `received`: UTC instant at which this demand arrived.
    """
    rule = rule_for(right)
    if rule.sla_hours is None or rule.provider_sla_hours is None:
        return None
    own = received + timedelta(hours=rule.sla_hours)
    providers = received + timedelta(hours=rule.provider_sla_hours)
    return EffectDue(
        own,
        providers,
        (
            _step("own_tools", own, rule.article, f"{rule.sla_hours} hours from receipt"),
            _step("providers", providers, rule.article, f"{rule.provider_sla_hours} hours"),
        ),
    )


def notice_due(acted: datetime) -> Step:
    """By when recipients are told of a rectification, erasure or restriction (GDPR 19)."""
    due = acted + timedelta(hours=RECIPIENT_NOTICE_HOURS)
    return _step("recipient_notice", due, "GDPR 19", f"{RECIPIENT_NOTICE_HOURS} hours from the act")


def _step(name: str, due: datetime, source: str, words: str) -> Step:
    return Step(name, f"{due:%Y-%m-%dT%H:%M:%SZ}", f"{source}; house rule: hours", words)
