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
from calends.mail.orders import AN_ORDER
from calends.mail.ourselves import NOBODY, Ourselves
from calends.mail.people import read_person
from calends.mail.persons_meant import PersonMeant, person_meant
from calends.mail.rights import Demand
from calends.mail.seen import Seen, kind_of
from calends.mail.sender_evidence import sender_evidence
from calends.rules.vocabulary import MessageKind, Right
from calends.rules.wording import Wording

__all__ = [
    "DemandRead",
    "Doubt",
    "IdentityRead",
    "Reading",
    "no_message",
    "read_mail",
    "read_message",
]


def read_message(raw: bytes, ours: Ourselves = NOBODY) -> Reading:
    """What intake makes of these bytes. Never raises: what cannot be read is quarantined.

    `ours` is what the reader knows of the company; without it no verdict on a sender is given.
    """
    try:
        mail = parse(raw)
    except Unparseable as error:
        return no_message(error)
    return read_mail(mail, raw, ours)


def no_message(error: Unparseable) -> Reading:
    """The reading of bytes that are no mail."""
    return _quarantined(Doubt.EMPTY if error.reason == "empty" else Doubt.UNPARSEABLE)


def read_mail(mail: Mail, raw: bytes, ours: Ourselves = NOBODY) -> Reading:
    """The same for bytes that were parsed already."""
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
        wording=_wording(seen, demands) if kind is MessageKind.REQUEST else None,
        sender=sender_evidence(seen.mail, raw, ours),
        sender_ambiguous=seen.mail.sender.ambiguous,
    )


_OTHER_MAIL = 200  # characters: what is longer says more than its objection
_OF_PERSONS = (MessageKind.REQUEST, MessageKind.REPLY)


def _demands(seen: Seen, kind: MessageKind) -> list[Demand]:
    if kind is MessageKind.AUTHORITY:
        quote = seen.own[:200].strip() or seen.mail.subject
        return [Demand(Right.AUTHORITY_INQUIRY, 0.9, quote)]
    return seen.claims.demands if kind in _OF_PERSONS else []


def _wording(seen: Seen, demands: list[Demand]) -> Wording | None:
    """What unclear words are to be taken for (rule book §5.28-5.31)."""
    if not demands:
        settled = chases(seen, demands) or seen.takes_back or seen.claims.has("complains")
        return None if settled or not seen.claims.has("privacy") else Wording.VAGUE
    if [demand.right for demand in demands] != [Right.PROSPECTING_OBJECTION]:
        return None
    if demands[0].because == AN_ORDER:
        return Wording.STOP
    if seen.claims.has("list_removal"):
        return Wording.REMOVE_FROM_LIST
    long = len(seen.own) > _OTHER_MAIL
    return Wording.STOP_INSIDE_OTHER_MAIL if long else None


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
