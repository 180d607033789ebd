"""Whom a message comes from, as far as anybody can tell. The spoofing cases of the literature."""

from __future__ import annotations

import base64

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from calends.mail.authentication import Check
from calends.mail.domains import aligned, lookalike, organisation
from calends.mail.message import parse
from calends.mail.ourselves import NOBODY, Ourselves
from calends.mail.reading import read_message
from calends.mail.sender_evidence import Caution, SenderEvidence, sender_evidence
from calends.mail.signatures import Resolve
from calends.rules.vocabulary import MessageKind

US = Ourselves(
    authserv_id="mx.impro-solutions.example",
    addresses=frozenset({"contact@impro-solutions.example", "dpo@impro-solutions.example"}),
    known_domains=frozenset({"facturier-partenaire.example"}),
    name="Impro Solutions",
    website="https://www.impro-solutions.example/",
)
PASSES = "mx.impro-solutions.example; dmarc=pass header.from=orange.example"
TEXT = "Supprimez toutes mes donnees personnelles."


def _mail(
    sender: str = "Jeanne <jeanne@orange.example>", head: str = "", text: str = TEXT
) -> bytes:
    return f"From: {sender}\n{head}Subject: demande\n\n{text}\n".encode()


def _evidence(raw: bytes, ours: Ourselves = US, resolve: Resolve | None = None) -> SenderEvidence:
    if resolve is None:
        return sender_evidence(parse(raw), raw, ours)
    return sender_evidence(parse(raw), raw, ours, resolve)


def _with_results(value: str, sender: str = "Jeanne <jeanne@orange.example>") -> SenderEvidence:
    return _evidence(_mail(sender, f"Authentication-Results: {value}\n"))


def test_a_sender_vouched_for_by_our_own_server_passes() -> None:
    evidence = _with_results(PASSES)
    assert (evidence.verdict, evidence.verified_domain) == (Check.PASS, "orange.example")
    assert evidence.cautions == []


def test_without_a_configured_server_the_verdict_is_unknown() -> None:
    raw = _mail(head=f"Authentication-Results: {PASSES}\n")
    assert _evidence(raw, NOBODY).verdict is Check.UNKNOWN


@pytest.mark.parametrize(
    "value",
    [
        "mx.impro-solutions.example; dmarc=fail header.from=orange.example",
        "mx.impro-solutions.example; dmarc=fail; dmarc=pass",
        "mx.impro-solutions.example; spf=fail smtp.mailfrom=x@orange.example; dmarc=pass",
        "mx.impro-solutions.example; dkim=fail header.d=orange.example;"
        " dkim=pass header.d=orange.example",
    ],
)
def test_any_fail_wins(value: str) -> None:
    evidence = _with_results(value)
    assert evidence.verdict is Check.FAIL
    assert Caution.FAILED in evidence.cautions


@pytest.mark.parametrize(
    "value",
    [
        "mx.impro-solutions.example; dkim=pass header.d=evil.example",
        "mx.impro-solutions.example; spf=pass smtp.mailfrom=x@evil.example",
        "mx.impro-solutions.example; dmarc=pass header.from=evil.example",
        "mx.impro-solutions.example; dkim=pass header.d=orange.example.evil.example",
    ],
)
def test_a_pass_for_another_domain_is_no_pass(value: str) -> None:
    evidence = _with_results(value)
    assert evidence.verdict is Check.NONE
    assert Caution.OTHER_DOMAIN in evidence.cautions


def test_a_pass_for_a_parent_or_child_of_the_domain_is_a_pass() -> None:
    value = "mx.impro-solutions.example; dkim=pass header.d=orange.example"
    assert _with_results(value, "j@mail.orange.example").verdict is Check.PASS


@pytest.mark.parametrize(
    ("forged", "verdict"),
    [
        ("Authentication-Results: mx.evil.example; dmarc=pass\n", Check.UNKNOWN),
        (
            "Authentication-Results: mx.impro-solutions.example; dmarc=fail\n"
            f"Authentication-Results: {PASSES}\n",
            Check.FAIL,
        ),
        (
            "Authentication-Results: mx.impro-solutions.example; dmarc=fail (x\n ; dmarc=pass)\n",
            Check.FAIL,
        ),
        ("X-Authentication-Results: mx.impro-solutions.example; dmarc=pass\n", Check.UNKNOWN),
    ],
    ids=["another server", "a lower field", "a comment over two lines", "another field"],
)
def test_forged_results_are_not_believed(forged: str, verdict: Check) -> None:
    assert _evidence(_mail(head=forged)).verdict is verdict


def test_an_ambiguous_from_is_vouched_for_by_nobody() -> None:
    evidence = _with_results(PASSES, "jeanne@orange.example <eve@evil.example>")
    assert evidence.verdict is Check.NONE
    assert Caution.AMBIGUOUS in evidence.cautions


def test_two_from_fields_are_vouched_for_by_nobody() -> None:
    raw = _mail(head=f"Authentication-Results: {PASSES}\nFrom: eve@evil.example\n")
    assert _evidence(raw).verdict is Check.NONE


def test_reply_to_is_shown_and_identifies_nobody() -> None:
    head = f"Authentication-Results: {PASSES}\nReply-To: Jeanne <eve@evil.example>\n"
    reading = read_message(_mail(head=head), US)
    assert reading.sender.reply_to == ["eve@evil.example"]
    assert Caution.REPLY_ELSEWHERE in reading.sender.cautions
    assert reading.identity.addresses == ["jeanne@orange.example"]
    assert reading.sender.address == "jeanne@orange.example"


def test_a_reply_to_of_the_senders_own_is_no_caution() -> None:
    assert _evidence(_mail(head="Reply-To: JEANNE@orange.example\n")).cautions == []


@pytest.mark.parametrize(
    "domain",
    [
        "impr0-solutions.example",
        "irnpro-solutions.example",
        "impro-solution.example",
        "improsolutions.example",
        "impro-solutions.test",
        "impro-solutions.example.evil.test",
        "impro-solutions-support.test",
        "impro-so1utions.example",
        "xn--mpro-solutions-zlb.example",
        "facturier-partenaires.test",
    ],
)
def test_a_domain_that_looks_like_ours_or_a_partners_is_named(domain: str) -> None:
    evidence = _evidence(_mail(f"Service <x@{domain}>"))
    assert evidence.looks_like in US.kin
    assert Caution.LOOKS_LIKE in evidence.cautions


@pytest.mark.parametrize(
    "domain",
    ["orange.example", "impro.example", "solutions.example", "sub.facturier-partenaire.example"],
)
def test_an_honest_domain_looks_like_nobody(domain: str) -> None:
    assert _evidence(_mail(f"x@{domain}")).looks_like is None


def test_letters_that_pass_for_others_are_seen_through() -> None:
    assert lookalike("xn--80ak6aa92e.com", ["apple.com"]) == "apple.com"
    assert lookalike("apple.com", ["apple.com"]) is None


@pytest.mark.parametrize("name", ["Impro Solutions", "DPO IMPRO SOLUTIONS", "Imprо Sоlutiоns",
                                  "contact impro-solutions.example"])  # fmt: skip
def test_our_name_beside_a_strangers_address_is_a_caution(name: str) -> None:
    assert Caution.CLAIMS_US in _evidence(_mail(f"{name} <x@evil.example>")).cautions


def test_our_own_domain_without_a_proof_is_a_caution() -> None:
    raw = _mail("Directeur <dpo@impro-solutions.example>")
    assert Caution.CLAIMS_US in _evidence(raw).cautions
    proved = "mx.impro-solutions.example; dmarc=pass header.from=impro-solutions.example"
    evidence = _with_results(proved, "Directeur <dpo@impro-solutions.example>")
    assert Caution.CLAIMS_US not in evidence.cautions


def test_an_authoritys_name_beside_another_address_is_a_caution() -> None:
    assert Caution.CLAIMS_AUTHORITY in _evidence(_mail("CNIL Plaintes <x@evil.example>")).cautions
    assert Caution.CLAIMS_AUTHORITY not in _evidence(_mail("CNIL <x@cnil.fr>")).cautions


def test_mixed_scripts_in_a_name_are_a_caution() -> None:
    assert Caution.CONFUSABLE in _evidence(_mail("Jеanne <j@orange.example>")).cautions
    assert Caution.CONFUSABLE not in _evidence(_mail("Γιώργος <j@orange.example>")).cautions


def test_a_mailbox_of_several_people_is_a_caution() -> None:
    assert Caution.SHARED_MAILBOX in _evidence(_mail("info@orange.example")).cautions


def test_a_spoofed_request_is_a_request_all_the_same() -> None:
    head = "Authentication-Results: mx.impro-solutions.example; dmarc=fail\n"
    reading = read_message(_mail(head=head), US)
    assert reading.kind is MessageKind.REQUEST
    assert reading.sender.verdict is Check.FAIL


def test_organisations_are_told_apart_by_public_suffixes() -> None:
    assert organisation("shop.acme.co.uk") == "acme.co.uk"
    assert not aligned("acme.co.uk", "evil.co.uk")
    assert aligned("mail.acme.co.uk", "acme.co.uk")
    assert not aligned("", "")


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
)
HERE = US.model_copy(update={"verify_dkim": True})


def _zone(name: bytes) -> bytes | None:
    known = {b"s._domainkey.orange.example", b"s._domainkey.evil.example"}
    return b"v=DKIM1; k=rsa; p=" + PUBLIC if name in known else None


def _silent(name: bytes) -> bytes | None:
    raise OSError("no name server answers")


def _never(name: bytes) -> bytes | None:
    raise AssertionError("the network was asked")


def _signed(domain: str = "orange.example", *, length: bool = False) -> bytes:
    raw = _mail().replace(b"\n", b"\r\n")
    headers = [b"from", b"subject"]
    signature: bytes = dkim.sign(
        raw, b"s", domain.encode(), PEM, include_headers=headers, length=length
    )
    return signature + raw


def test_a_signature_of_the_senders_domain_passes_here() -> None:
    evidence = _evidence(_signed(), HERE, _zone)
    assert (evidence.own_dkim, evidence.verdict) == (Check.PASS, Check.PASS)
    assert evidence.verified_domain == "orange.example"


@pytest.mark.parametrize(
    ("raw", "check"),
    [
        (_signed().replace(b"toutes", b"aucune"), Check.FAIL),
        (_signed().replace(b"Jeanne", b"Emilie"), Check.FAIL),
        (b"From: eve@evil.example\r\n" + _signed(), Check.UNKNOWN),  # an ambiguous sender
        (_signed("evil.example"), Check.NONE),
        (_signed("nobody.example"), Check.NONE),
        (_signed(length=True) + b"PS: envoyez tout a eve@evil.example\r\n", Check.NONE),
        (_mail(), Check.NONE),
        (_mail(head="DKIM-Signature: v=1; a=rsa-sha256; nonsense\n"), Check.NONE),
    ],
    ids=["body changed", "From changed", "From added", "another domain", "no key",
         "text added under a length", "unsigned", "broken"],
)  # fmt: skip
def test_a_signature_that_proves_nothing_does_not_pass(raw: bytes, check: Check) -> None:
    evidence = _evidence(raw, HERE, _zone)
    assert evidence.own_dkim is check
    assert evidence.verdict is not Check.PASS


def test_a_silent_name_server_makes_the_verdict_unknown() -> None:
    assert _evidence(_signed(), HERE, _silent).own_dkim is Check.UNKNOWN


def test_an_added_reply_to_leaves_the_signature_whole_and_is_only_shown() -> None:
    evidence = _evidence(b"Reply-To: eve@evil.example\r\n" + _signed(), HERE, _zone)
    assert evidence.verdict is Check.PASS
    assert Caution.REPLY_ELSEWHERE in evidence.cautions


def test_the_network_is_not_asked_unless_the_company_says_so() -> None:
    assert _evidence(_signed(), US, _never).own_dkim is Check.UNKNOWN
