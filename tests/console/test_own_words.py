"""The DPO's own words in a reply: they go with it, and what the law demands stays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import escape

import pytest

from calends.letters.own_words import tidy
from console.who import Role, User
from tests.console.site import OURS, Site
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
DEPUTY = User("user-2", "Nour Haddad", frozenset({Role.DEPUTY}))
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
WORDS = "Nous avons bien lu votre message.\n\nNATURE DES DONNÉES\n- rien <b>ne</b> manque"


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


@pytest.fixture
async def case(office: Office) -> str:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    return case


async def path(office: Office, case: str) -> str:
    return f"/desk/case/{(await office.row(case)).reference}/reply"


async def write(site: Site, here: str, words: str, before: str = "") -> int:
    form = {"words": words, "before": before}
    answer = await site.browser.post(f"{here}/ACCESS/words", data=form, headers=OURS)
    return answer.status_code


async def test_own_words_stand_in_the_letter_that_is_shown_and_in_the_mail_that_goes(
    office: Office, site: Site, case: str
) -> None:
    here = await path(office, case)
    without = (await site.browser.get(f"{here}/ACCESS.html")).text
    assert await write(site, here, WORDS.replace("\n", "\r\n")) == 303
    page = (await site.browser.get(here)).text
    for paragraph in WORDS.split("\n\n"):
        for line in paragraph.split("\n"):
            assert f'<span class="filled">{escape(line)}</span>' in page
    shown = (await site.browser.get(f"{here}/ACCESS.html")).text
    assert "&lt;b&gt;ne&lt;/b&gt;" in shown
    assert len(shown) > len(without)
    assert (await site.browser.get(f"{here}/ACCESS.pdf")).content.startswith(b"%PDF-")
    await office.complete(case, "review_access", "release")
    letter = await office.letter(case, "reply:ACCESS")
    text = " ".join(letter.text.split())
    assert "Nous avons bien lu votre message. NATURE DES DONNÉES - rien <b>ne</b> manque" in text
    for demanded in ("CNIL", "article 77", "Conservation"):
        assert demanded in text


async def test_the_words_are_sealed_and_the_ledger_says_that_they_were_written_not_what(
    office: Office, site: Site, case: str
) -> None:
    here = await path(office, case)
    await write(site, here, "Un mot tout particulier.")
    told = dict(await office.ledger(case))["own_words_written"]
    assert told == {"purpose": "reply:ACCESS", "characters": 24, "by": DPO.id}
    rows = await site.rows("SELECT * FROM blobs WHERE name = 'own_words:reply:ACCESS'")
    assert rows
    assert "particulier" not in repr(rows)


async def test_what_somebody_else_has_written_meanwhile_is_not_written_over(
    office: Office, site: Site, case: str
) -> None:
    here = await path(office, case)
    assert await write(site, here, "Le texte de l'une.") == 303
    site.sign_in(DEPUTY)
    assert await write(site, here, "Le texte de l'autre.") == 409
    assert "Le texte de l&#39;une." in (await site.browser.get(here)).text
    assert await write(site, here, "", "Le texte de l'une.") == 303
    assert "Le texte de l&#39;une." not in (await site.browser.get(here)).text


async def test_once_a_reply_is_proposed_its_text_is_the_one_that_is_confirmed(
    office: Office, site: Site, case: str
) -> None:
    here = await path(office, case)
    task = await office.task(case, "review_access")
    given = {"outcome": "release", "recipient": "1"}
    await site.browser.post(f"/desk/task/{task.id}/answer", data=given, headers=OURS)
    page = (await site.browser.get(here)).text
    assert "/ACCESS/words" not in page
    assert await write(site, here, "Trop tard.") == 409
    (decision,) = re.findall(r"/desk/decision/([^/]+)/take-back", page)
    await site.browser.post(f"/desk/decision/{decision}/take-back", headers=OURS)
    assert await write(site, here, "À temps.") == 303


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Un mot.  ", "Un mot."),
        ("Un\r\nmot.\r\n\r\n\r\nEt un autre.", "Un\nmot.\n\nEt un autre."),
        ("\u202eUn\u0000 mot.", "Un mot."),
        (" \n\n \n", ""),
    ],
)
def test_nothing_hidden_stays_in_the_words(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
    assert tidy(kept) == kept
