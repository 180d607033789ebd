"""What a colleague may do, by role. No role holds every right: who runs the machine reads no case,
and who decides a case does not make the accounts of those who run the machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    DPO = "dpo"
    DEPUTY = "deputy"
    """Does what the DPO does, but for accounts."""
    SYSTEM_OWNER = "system_owner"
    """Sees the search tasks of their systems, and nothing else of a case."""
    APPROVER = "approver"
    """The second pair of eyes."""
    AUDITOR = "auditor"
    """Reads and exports; changes nothing."""
    ADMIN = "admin"
    """Sets up; sees no case."""
    ENGINEER = "engineer"
    """Reads what the engine carries, through the decode-only codec server."""


class May(StrEnum):
    """One thing that a page or a command asks for."""

    SEE_CASES = "see cases"
    ACT = "act in cases"
    APPROVE = "approve disclosure and destruction"
    SEARCH_BY_HAND = "answer the searches of one's own systems"
    EXPORT_EVIDENCE = "export evidence"
    SEE_FIGURES = "see figures"
    SEE_SETUP = "see the set-up pages"
    MANAGE_STAFF = "manage accounts that see no case"
    MANAGE_OFFICE = "manage accounts that see cases"
    DECODE = "decode payloads for the Temporal UI"


_OFFICE = frozenset(
    {
        May.SEE_CASES,
        May.ACT,
        May.APPROVE,
        May.EXPORT_EVIDENCE,
        May.SEE_FIGURES,
        May.SEE_SETUP,
        May.MANAGE_OFFICE,
    }
)
ALLOWED: Final[dict[Role, frozenset[May]]] = {
    Role.DPO: _OFFICE,
    Role.DEPUTY: _OFFICE - {May.MANAGE_OFFICE},
    Role.SYSTEM_OWNER: frozenset({May.SEARCH_BY_HAND}),
    Role.APPROVER: frozenset({May.SEE_CASES, May.APPROVE}),
    Role.AUDITOR: frozenset({May.SEE_CASES, May.EXPORT_EVIDENCE, May.SEE_FIGURES}),
    Role.ADMIN: frozenset({May.SEE_SETUP, May.MANAGE_STAFF}),
    Role.ENGINEER: frozenset({May.SEE_SETUP, May.DECODE}),
}

SEES_CONTENT: Final = frozenset(
    {Role.DPO, Role.DEPUTY, Role.SYSTEM_OWNER, Role.APPROVER, Role.AUDITOR, Role.ENGINEER}
)
"""An engineer too: what the engine carries holds the words of decisions."""
APART: Final = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles that stand alone: an admin has no access to content, an auditor changes nothing."""


def conflict(roles: frozenset[Role]) -> str:
    """Why these roles cannot be one person's; empty when they can."""
    for role in sorted(APART & roles):
        if len(roles) > 1:
            return f"`{role}` cannot be combined with another role"
    return "" if roles else "at least one role is needed"


@dataclass(frozen=True)
class User:
    """A colleague. `id` is random and may stand in the ledger; the name never does."""

    id: str
    name: str = field(repr=False)
    roles: frozenset[Role] = frozenset()
    systems: frozenset[str] = frozenset()
    """Of a system owner: the systems whose searches are theirs."""
    made_by: str = ""
    """Id of who made this account; "command line" for the first ones."""

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def may(self, act: May) -> bool:
        return any(act in ALLOWED[role] for role in self.roles)

    def may_manage(self, roles: frozenset[Role]) -> bool:
        """Whether this colleague may make, change or reset an account of these roles.

        An admin who could reset a DPO's factors would be let into the cases.
        """
        needed = May.MANAGE_OFFICE if roles & SEES_CONTENT else May.MANAGE_STAFF
        return self.may(needed)

    def sees_task(self, role: str, system: str | None) -> bool:
        """Whether a task of that role and system is in this colleague's queue."""
        if self.may(May.SEE_CASES):
            return True
        return role == Role.SYSTEM_OWNER and self.may(May.SEARCH_BY_HAND) and system in self.systems
