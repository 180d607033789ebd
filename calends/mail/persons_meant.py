"""Whose data a message is about, when it is not the writer's, and what it tells of that person.

Nothing here is proved: a mandate, a parent's or an heir's quality is for a human to check (rule
book §5.3-5.9, 5.12-5.14, 5.69).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from pydantic import BaseModel

MAX_NAMES = 5


class Role(StrEnum):
    """In what quality the writer writes."""

    SELF = "self"
    LAWYER = "lawyer"
    ASSOCIATION = "association"  # GDPR 80
    GUARDIAN = "guardian"  # of a protected adult
    AGENT = "agent"  # with a mandate, as he says
    HEIR = "heir"  # of somebody who died: loi 78-17 art. 85
    PARENT = "parent"
    HOUSEHOLD = "household"  # a relative, without any quality that law knows
    COMPANY = "company"  # a legal person has no right; people inside it have


class Hint(StrEnum):
    """What bears on how the case goes."""

    EMPLOYEE = "employee"
    FORMER_EMPLOYEE = "former_employee"
    CANDIDATE = "candidate"
    MINOR = "minor"  # erasure has a fast lane: loi 78-17 art. 51 II
    CCTV = "cctv"  # images live a month at most: freeze them on receipt
    BREACH = "breach"  # may reveal one: 72 hours from awareness (GDPR 33)
    WANTS_PROOF = "wants_proof"  # of an erasure: attestations, not logs


class PersonMeant(BaseModel, frozen=True):
    role: Role = Role.SELF
    several_persons: bool = False  # each needs an identity and a case of their own
    names: list[str] = []  # of the people meant, as the message has them
    hints: list[Hint] = []


_ROLES = tuple(role for role in Role if role is not Role.SELF)
_TITLE = r"(?:(?:m\.|mr\.?|mrs\.?|ms\.?|mme|mlle|monsieur|madame|mademoiselle)[ ]+)?"
_WORD = r"[A-ZÀ-Ý][\w'’-]{1,30}"
_NAME = rf"{_WORD}(?:[ ](?:(?:de|du|le|la|des|van|von|el|ben)[ ])?{_WORD}){{0,3}}"
_WHOSE = (
    r"mon (?:client|p[èe]re|fils|mari|[ée]poux|enfant|conjoint|fr[èe]re)",
    r"ma (?:cliente|m[èe]re|fille|femme|conjointe|s[œo]eur)",
    r"(?:maman|papa|m[èe]re|p[èe]re|tutrice|tuteur|curateur|curatrice|compte|nom) de",
    r"(?:notre|our) (?:utilisat\w+|user|client|principal)",
    r"behalf of",
    r"my (?:late )?(?:client|mother|father|son|daughter|husband|wife|child|mum|dad|mom)",
    r"(?:his|her) name is",
    r"people",
)
_NAMED = re.compile(
    rf"(?i:{'|'.join(_WHOSE)})[ ]?[,:]?[ ](?i:{_TITLE})"
    rf"({_NAME}(?:(?:,[ ]|[ ](?:et|and)[ ]){_WORD}(?:[ ]{_WORD}){{1,2}}){{0,4}})"
)
_BETWEEN_NAMES = re.compile(r",[ ]|[ ](?:et|and)[ ]")


def person_meant(facts: Collection[str], own: str) -> PersonMeant:
    """From the facts that the grammar found (`claims.facts`) and the writer's own words."""
    role = next((role for role in _ROLES if role in facts), Role.SELF)
    several = "several" in facts
    return PersonMeant(
        role=role,
        several_persons=several,
        names=_names(own) if several or role not in (Role.SELF, Role.COMPANY) else [],
        hints=[hint for hint in Hint if hint in facts],
    )


def _names(own: str) -> list[str]:
    found = [name for match in _NAMED.findall(own[:20_000]) for name in _BETWEEN_NAMES.split(match)]
    return list(dict.fromkeys(name.strip() for name in found))[:MAX_NAMES]
