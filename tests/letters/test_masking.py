"""Bank and contact details in letters: recognisable, never whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.letters import facts
from calends.letters.inputs import Change, ContactChange
from calends.letters.masking import masked_contact, without_bank_details
from calends.letters.render import render
from calends.letters.samples import SAMPLE_PAGE, sample_case, sample_company
from calends.letters.samples.people import DAY
from calends.rules.vocabulary import Language

ACCOUNTS = [
    "FR7630006000011234567890189",
    "FR76 3000 6000 0112 3456 7890 189",
    "fr76-3000-6000-0112-3456-7890-189",
    "BE68 5390 0754 7034",
    "DE89.3704.0044.0532.0130.00",
    "30006 00001 12345678901 89",
    "30006 00001 1234567890A 89",
    "4970 1012 3456 7890",
    "4970101234567890",
    "3782 822463 10005",
]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_or_card_is_cut_to_its_last_four_characters(account: str) -> None:
    end = "".join(c for c in account if c.isalnum())[-4:]
    assert without_bank_details(f"now {account}, thanks") == f"now •••• {end}, thanks"


@pytest.mark.parametrize(
    "text", ["+33 1 99 00 12 34", "01 99 00 12 34", "12/03/1980", "44000 Nantes", "F-2024-0007"]
)
def test_other_numbers_stay(text: str) -> None:
    assert without_bank_details(text) == text


@given(st.from_regex(r"\A[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z"), st.sampled_from(["", " ", "-", "."]))
def test_no_iban_survives_however_it_is_grouped(iban: str, mark: str) -> None:
    grouped = mark.join(iban[i : i + 4] for i in range(0, len(iban), 4))
    shown = without_bank_details(f"Compte {grouped}.")
    assert grouped not in shown
    assert len(shown) < len("Compte •••• 1234.") + 1


@pytest.mark.parametrize("language", Language)
def test_a_rectification_reply_never_prints_an_account_whole(language: Language) -> None:
    for account in ACCOUNTS:
        change = Change(system="CRM", field="IBAN", before=account, after=account, on=DAY)
        made = facts.rectification_facts(sample_company(), sample_case(language), [change])
        text = render("rectification_reply", language, made).text
        assert account not in text
        assert text.count("••••") == 2


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("email", "camille@exemple.example", "c•••@exemple.example"),
        ("email", "camille", "•••"),
        ("phone", "+33 1 99 00 12 34", "•••• 34"),
        ("postal", "8 quai du Port, 44000 Nantes", "•••, 44000 Nantes"),
        ("postal", "8 quai du Port", "•••"),
        ("bank", "FR76 3000 6000 0112 3456 7890 189", "•••• 0189"),
    ],
)
def test_the_old_contact_learns_only_a_part_of_the_new_one(
    kind: str, value: str, shown: str
) -> None:
    change = ContactChange.model_validate(
        {"kind": kind, "new": value, "asked_on": DAY, "answer_by": DAY}
    )
    assert masked_contact(change.kind, change.new) == shown
    made = facts.contact_change_facts(
        sample_company(), sample_case(Language.EN), change, SAMPLE_PAGE
    )
    text = render("contact_change_notice", Language.EN, made).text
    assert shown in text
    assert value not in text
