"""Set-up pages: checks, test mail, letters, keys, what happened at the door."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from calends.accounts.roles import Role
from calends.letters.samples import sample_facts
from calends.rules.vocabulary import Language
from console.who import User
from tests.console.door import colleague
from tests.console.site import Site
from tests.office import MailServer, mail_server

ADMIN = User("user-1", "Max Ide", frozenset({Role.ADMIN}))
PATHS = ["", "/mail", "/letters", "/letters/acknowledgment", "/keys"]
SEES = (Role.DPO, Role.DEPUTY, Role.ADMIN, Role.ENGINEER)


@pytest.fixture
async def post() -> AsyncIterator[tuple[MailServer, int]]:
    async with mail_server() as opened:
        yield opened


@pytest.mark.parametrize("role", list(Role))
async def test_set_up_is_for_those_who_run_the_house(site: Site, role: Role) -> None:
    site.sign_in(User("user-2", "X", frozenset({role}), frozenset({"crm"})))
    for path in PATHS:
        expected = 200 if role in SEES else 403
        assert (await site.browser.get(f"/desk/setup{path}")).status_code == expected, path


async def test_the_checks_say_what_the_doctor_says_each_with_its_mend(site: Site) -> None:
    site.sign_in(ADMIN)
    page = await site.browser.get("/desk/setup?lang=en")
    for words in ("company file", "register", "reachable, at migration", "things to mend"):
        assert words in page.text
    assert "Temporal does not answer" in page.text or "no Temporal server" in page.text


async def test_a_test_mail_goes_to_ones_own_address_and_nowhere_else(
    site: Site, post: tuple[MailServer, int]
) -> None:
    site.house.settings.smtp_port = post[1]
    claire = await colleague(site)
    without = await claire.post("/desk/setup/mail")
    assert "Vous n&#39;avez pas donné d&#39;adresse" in without.text
    await claire.post("/desk/account/profile", {"email": "claire@impro.example", "language": "fr"})
    sent = await claire.post("/desk/setup/mail", {"to": "eve@evil.test"})
    assert "Le serveur l&#39;a pris" in sent.text
    [letter] = post[0].letters
    assert letter.recipients == ["claire@impro.example"]
    post[0].answer = "550 no"
    assert "ne l&#39;a pas pris" in (await claire.post("/desk/setup/mail")).text


@pytest.mark.parametrize("language", list(Language))
async def test_every_letter_can_be_looked_at(site: Site, language: Language) -> None:
    site.sign_in(ADMIN)
    listed = await site.browser.get(f"/desk/setup/letters?lang={language}")
    for letter in sample_facts(language):
        assert f"/desk/setup/letters/{letter}" in listed.text
        page = await site.browser.get(f"/desk/setup/letters/{letter}")
        assert page.status_code == 200, letter
        assert '<pre class="letter"' in page.text


async def test_a_letter_is_there_on_paper_too(site: Site) -> None:
    site.sign_in(ADMIN)
    pdf = await site.browser.get("/desk/setup/letters/acknowledgment/1.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    "path", ["nowhere", "..%2f..%2fetc", "_blocks", "acknowledgment/0.pdf", "acknowledgment/99.pdf"]
)
async def test_a_letter_that_is_none_is_a_page_that_does_not_exist(site: Site, path: str) -> None:
    site.sign_in(ADMIN)
    assert (await site.browser.get(f"/desk/setup/letters/{path}")).status_code in (404, 422)


async def test_keys_are_told_by_age_and_number_and_never_shown(site: Site) -> None:
    site.sign_in(ADMIN)
    await site.case()
    await site.execute("INSERT INTO keys (id, made_at) VALUES ('case-gone', now())")
    page = await site.browser.get("/desk/setup/keys?lang=en")
    secret = site.house.settings.master_key_file.read_bytes()
    assert secret.hex() not in page.text
    assert "1 living key." in page.text
    assert "1 destroyed." in page.text
    assert "It is not on this machine." in page.text  # the signing key
    site.house.settings.master_key_file.chmod(0o644)
    assert "chmod 600" in (await site.browser.get("/desk/setup/keys")).text


async def test_what_happened_at_the_door_is_shown_by_name_to_who_manages_accounts(
    site: Site,
) -> None:
    claire = await colleague(site)
    await claire.get("/desk/nowhere")
    page = await claire.get("/desk/setup/events")
    assert "Second facteur ajouté" in page.text
    assert page.text.count("Claire Dupont") > 3
    for role in (Role.DEPUTY, Role.ENGINEER, Role.AUDITOR):
        site.sign_in(User("user-9", "X", frozenset({role})))
        assert (await site.browser.get("/desk/setup/events")).status_code == 403
