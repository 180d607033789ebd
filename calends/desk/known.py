"""What the systems know of a person, beside what the message claims: agreements and differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from activities.house import House
from calends.desk.dossier import Dossier
from calends.desk.plan import lines_of
from calends.mail.as_read import IdentityRead
from calends.redaction.subject import e164
from calends.register.terms import address_of, words_of
from calends.rules.vocabulary import SearchState
from calends.systems.dataset import Collection

Agreement = Literal["same", "differs", "only_claimed", "only_known"]
MOST_RECORDS = 5_000
MOST_VALUES = 8

KINDS = {
    "user.name": "name",
    "user.contact.email": "addresses",
    "user.contact.phone_number": "phones",
    "user.contact.address": "postal_address",
    "user.demographic.date_of_birth": "birth_date",
    "user.date_of_birth": "birth_date",
}
"""Category of the fideslang taxonomy -> what of the person it tells."""
ORDER = ("name", "addresses", "phones", "postal_address", "birth_date", "customer_numbers")


@dataclass(frozen=True)
class Known:
    """A value as systems have it; `systems`: ids of those that do."""

    value: str
    systems: tuple[str, ...]
    agrees: bool


@dataclass(frozen=True)
class Compared:
    """One thing that names a person: what is claimed of it, what is known, whether they agree."""

    kind: str
    claimed: list[str] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    agreement: Agreement = "only_claimed"


async def compared(
    house: House, dossier: Dossier, said: IdentityRead, name: str, address: str | None
) -> list[Compared]:
    """Claimed beside known, in the order in which people name themselves. `name`, `address`: of
    the sender as the mail has them. Raises KeyDestroyed."""
    known = await _known(house, dossier)
    region, claims = region_of(house), claims_of(said, name, address)
    rows = []
    for kind in ORDER:
        claimed, found = claims[kind], known.get(kind, {})
        if claimed or found:
            rows.append(_compare(kind, claimed, found, region))
    return rows


def claims_of(said: IdentityRead, name: str, address: str | None) -> dict[str, list[str]]:
    """Kind -> what the message says of it."""
    return {
        "name": [said.name or name] if said.name or name else [],
        "addresses": said.addresses or ([address] if address else []),
        "phones": said.phones,
        "postal_address": [said.postal_address] if said.postal_address else [],
        "birth_date": [said.birth_date] if said.birth_date else [],
        "customer_numbers": said.customer_numbers,
    }


def region_of(house: House) -> str:
    """The country in which a telephone number without a prefix is read."""
    return house.company.controller.region[:2]


def agrees(kind: str, value: str, claimed: Iterable[str], region: str) -> bool:
    """Whether what is known of one kind is what is claimed of it."""
    wanted = {_plain(kind, each, region) for each in claimed}
    return _same(kind, _plain(kind, value, region), wanted)


def _compare(kind: str, claimed: list[str], found: Mapping[str, set[str]], region: str) -> Compared:
    known = [
        Known(value, tuple(sorted(systems)), agrees(kind, value, claimed, region))
        for value, systems in found.items()
    ]
    known.sort(key=lambda each: (not each.agrees, each.value))
    if not known or not claimed:
        return Compared(
            kind, claimed, known[:MOST_VALUES], "only_known" if known else "only_claimed"
        )
    agreement: Agreement = "same" if any(each.agrees for each in known) else "differs"
    return Compared(kind, claimed, known[:MOST_VALUES], agreement)


def _plain(kind: str, value: str, region: str) -> str:
    if kind == "addresses":
        return address_of(value)
    if kind == "phones":
        return e164(value, region) or value
    return " ".join(sorted(words_of(value)))


def _same(kind: str, value: str, wanted: set[str]) -> bool:
    """Names and postal addresses agree when the words of one are all among the words of the
    other, two of them at least: a first name alone agrees with nobody's whole name."""
    if kind not in ("name", "postal_address"):
        return value in wanted
    words = set(value.split())
    return any(_covered(words, set(one.split())) for one in wanted)


def _covered(one: set[str], other: set[str]) -> bool:
    smaller = min(one, other, key=len)
    return one == other or (len(smaller) > 1 and (one <= other or other <= one))


async def _known(house: House, dossier: Dossier) -> dict[str, dict[str, set[str]]]:
    """Kind -> value -> systems."""
    known: dict[str, dict[str, set[str]]] = {}
    left = MOST_RECORDS
    for row in dossier.searches:
        if row.state != SearchState.FOUND or not house.company.system(row.system).declared:
            continue
        declared = house.declared(row.system)
        async for record in lines_of(house.blobs, dossier.case.id, f"finding:{row.system}"):
            for kind, value in told(declared.collection(record["collection"]), record["values"]):
                known.setdefault(kind, {}).setdefault(value, set()).add(row.system)
            left -= 1
            if not left:
                return known
    return known


def told(data_set: Collection, values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What one record says of its person; parts of a name or an address stand together."""
    parts: dict[str, list[str]] = {}
    for each in data_set.fields:
        kind = _kind(each.data_categories) if len(each.path) == 1 else ""
        value = values.get(each.path[0])
        if kind and isinstance(value, str) and value.strip() and not each.third_party:
            parts.setdefault(kind, []).append(value.strip())
    for kind, said in parts.items():
        if kind in ("name", "postal_address"):
            yield kind, " ".join(said)
        else:
            yield from ((kind, value) for value in said)


def _kind(categories: Iterable[str]) -> str:
    for category in categories:
        for prefix, kind in KINDS.items():
            if category == prefix or category.startswith(f"{prefix}."):
                return kind
    return ""
