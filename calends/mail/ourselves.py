"""What the reader must know of the company that reads: its mail server, its names, its domains."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import BaseModel

from calends.mail.sentences import fold

if TYPE_CHECKING:
    from calends.company import Company


class Ourselves(BaseModel, frozen=True):
    """Unset, nothing is known: every verdict on a sender is "unknown"."""

    authserv_id: str = ""  # RFC 8601: what our own mail server calls itself
    addresses: frozenset[str] = frozenset()  # lower case
    known_domains: frozenset[str] = frozenset()  # partners', beside our own
    name: str = ""
    website: str = ""
    verify_dkim: bool = False  # here, too, with questions to the DNS

    @cached_property
    def domains(self) -> frozenset[str]:
        """Our own, lower case."""
        host = self.website.lower().rpartition("://")[2].partition("/")[0].removeprefix("www.")
        mail = {address.rpartition("@")[2] for address in self.addresses}
        return frozenset(filter(None, {host, *mail}))

    @cached_property
    def kin(self) -> tuple[str, ...]:
        """The domains that somebody may imitate."""
        return tuple(sorted(self.domains | self.known_domains))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """How we may be called in the name of a sender, folded."""
        return tuple(filter(None, (fold(self.name), *self.domains)))


NOBODY = Ourselves()


def ourselves(company: Company) -> Ourselves:
    """What the company file says."""
    controller = company.controller
    return Ourselves(
        authserv_id=company.mail.authserv_id.lower(),
        addresses=frozenset({controller.email.lower(), controller.dpo_email.lower()}),
        known_domains=frozenset(domain.lower() for domain in company.mail.known_domains),
        name=controller.name,
        website=controller.website,
        verify_dkim=company.mail.verify_dkim,
    )
