"""What intake makes of a message: one `Reading`, whatever the bytes are."""

from __future__ import annotations

from calends.mail.as_read import (
    CorrectionRead,
    DemandRead,
    Doubt,
    IdentityRead,
    Reading,
)
from calends.mail.channels import channels_of
from calends.mail.corrections import corrections_of
from calends.mail.doubts import MAY_BE_REQUEST, chases, doubts
from calends.mail.message import Mail, Unparseable, parse
from calends.mail.ourselves import NOBODY, Ourselves
from calends.mail.people import read_person
from calends.mail.persons_meant import PersonMeant, person_meant
from calends.mail.rights import Demand
from calends.mail.seen import Seen, kind_of
from calends.mail.sender_evidence import sender_evidence
from calends.rules.vocabulary import MessageKind, Right

__all__ = ["DemandRead", "Doubt", "IdentityRead", "Reading", "read_message"]


def read_message(raw: bytes, ours: Ourselves = NOBODY) -> Reading:
    """What intake makes of these bytes. Never raises: what cannot be read is quarantined.

    `ours` is what the reader knows of the company; without it no verdict on a sender is given.
    """
    try:
        mail = parse(raw)
    except Unparseable as error:
        return _quarantined(Doubt.EMPTY if error.reason == "empty" else Doubt.UNPARSEABLE)
    if not (mail.text.strip() or mail.subject or mail.attachments):
        return _quarantined(Doubt.EMPTY, mail)
    return _reading(Seen(mail), raw, ours)


def _quarantined(reason: Doubt, mail: Mail | None = None) -> Reading:
    return Reading(
        kind=MessageKind.QUARANTINE,
        needs_triage=True,
        triage_reasons=[reason],
        sender_ambiguous=mail.sender.ambiguous if mail else True,
    )


def _reading(seen: Seen, raw: bytes, ours: Ourselves) -> Reading:
    kind = kind_of(seen)
    demands = _demands(seen, kind)
    person = person_meant(seen.claims.facts, seen.own)
    why = list(dict.fromkeys(doubts(seen, kind, demands, person)))
    if kind is MessageKind.OTHER and set(why) & MAY_BE_REQUEST:
        kind = MessageKind.REQUEST
    claims = seen.claims
    return Reading(
        kind=kind,
        demands=[_demand(demand, seen) for demand in demands],
        language=seen.language,
        identity=_identity(seen),
        needs_triage=bool(why),
        triage_reasons=[str(doubt) for doubt in why],
        reference=seen.references[0] if len(seen.references) == 1 else None,
        codes=seen.codes,
        answers=seen.answers,
        person=person if kind in _OF_PERSONS else PersonMeant(),
        chases=kind in _OF_PERSONS and chases(seen, demands),
        chased=claims.told,
        withdraws=seen.takes_back,
        changes=claims.has("changes"),
        not_wanted=claims.refused,
        sender=sender_evidence(seen.mail, raw, ours),
        sender_ambiguous=seen.mail.sender.ambiguous,
    )


_OF_PERSONS = (MessageKind.REQUEST, MessageKind.REPLY)


def _demands(seen: Seen, kind: MessageKind) -> list[Demand]:
    if kind is MessageKind.AUTHORITY:
        quote = seen.own[:200].strip() or seen.mail.subject
        return [Demand(Right.AUTHORITY_INQUIRY, 0.9, quote)]
    return seen.claims.demands if kind in _OF_PERSONS else []


def _demand(demand: Demand, seen: Seen) -> DemandRead:
    objection = demand.right is Right.PROSPECTING_OBJECTION
    rectification = demand.right is Right.RECTIFICATION
    access = demand.right is Right.ACCESS
    return DemandRead(
        right=demand.right,
        confidence=demand.confidence,
        quote=demand.quote,
        because=demand.because,
        channels=channels_of(demand.quotes) if objection else [],
        corrections=[
            CorrectionRead(field=said.field, old=said.old, new=said.new)
            for said in (corrections_of(seen.own, demand.quotes) if rectification else ())
        ],
        includes=[Right.RECIPIENTS] if access and seen.claims.includes_recipients else [],
    )


def _identity(seen: Seen) -> IdentityRead:
    own = f"{seen.own}\n{seen.layers.signature}"
    person = read_person(seen.mail.sender, own, seen.mail.to)
    return IdentityRead(
        name=person.name,
        addresses=list(person.addresses),
        phones=list(person.phones),
        customer_numbers=list(person.customer_numbers),
        postal_address=person.postal_address,
        birth_date=person.birth_date,
    )
