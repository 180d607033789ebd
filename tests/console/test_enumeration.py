"""Whether somebody is on file cannot be learnt by writing to us under their name."""

from __future__ import annotations

import re

from tests.console.site import Link, Site
from tests.console.visiting import status_page
from tests.office import Letter, Office, mail

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
ON_FILE, NOT_ON_FILE = "maelle.leguen@courriel.example", "maelle.lebail@courriel.example"


def plain(text: str, *own: str) -> str:
    """Without what is a case's own: its link, code, reference and the sealed visit."""
    for each in own:
        text = text.replace(each, "…")
    return re.sub(r'name="visit" value="[^"]+"|<[\w.]+@[\w.-]+>', "…", text)


async def asked(office: Office, address: str) -> tuple[str, str, Letter]:
    case = await office.receive(mail(address, ACCESS))
    letter = await office.letter(case, "identity_request")
    return case, str((await office.row(case)).reference), letter


async def test_the_letter_is_the_same_and_nothing_was_searched_before_the_proof(
    office: Office,
) -> None:
    known, unknown = await asked(office, ON_FILE), await asked(office, NOT_ON_FILE)
    texts = [plain(le.text, le.token, le.code, ref) for _, ref, le in (known, unknown)]
    assert texts[0] == texts[1]
    assert len(known[2].text) == len(unknown[2].text)
    for case, _, _ in (known, unknown):
        told = [kind for kind, _ in await office.ledger(case)]
        assert told == ["case_opened", "letter_sent"]


async def test_the_page_is_the_same_before_the_proof_and_after(
    office: Office, office_site: Site
) -> None:
    pages: list[list[str]] = []
    for address in (ON_FILE, NOT_ON_FILE):
        case, reference, letter = await asked(office, address)
        link = Link(case, "identity", letter.token, letter.code)
        own = (letter.token, letter.code, reference)
        opened = await office_site.browser.get(link.path)
        proved = await office_site.post(link, link.code)
        seen = await status_page(office_site, link)
        pages.append([plain(page.text, *own) for page in (opened, proved, seen)])
    assert pages[0] == pages[1]
