"""From the letter to the page and back: the real case behind the real page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from calends.letters.words import day_in_words
from calends.rules.vocabulary import Language
from console.app import create_app
from console.cases import Cases, Proof
from tests.console.site import OURS, Link, Site
from tests.console.visiting import act, visit_of
from tests.office import Letter, Office, mail
from workflows.calling import MAIN_QUEUE
from workflows.messages import Opening
from workflows.rights_request import RightsRequest

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
FROM = "jeanne.martin@courriel.example"


@pytest.fixture
async def site(office: Office) -> AsyncIterator[Site]:
    client = office.skipper.client
    app = create_app(office.house, client)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as browser:
        yield Site(office.house, client, browser, app)


async def type_code(site: Site, letter: Letter) -> httpx.Response:
    return await site.post(f"/p/{letter.token}", letter.code)


def without_visit(answer: httpx.Response) -> str:
    """The page but for the sealed visit, which is new each time."""
    return re.sub(r'name="visit" value="[^"]+"', "", answer.text)


async def kinds(office: Office, case_id: str) -> list[str]:
    return [kind for kind, _ in await office.ledger(case_id)]


async def test_the_code_of_the_letter_proves_the_contact_and_the_next_one_gives_the_copy(
    office: Office, site: Site
) -> None:
    case_id = await office.receive(mail(FROM, ACCESS))
    confirmed = await type_code(site, await office.letter(case_id, "identity_request"))
    case = await office.row(case_id)
    assert confirmed.status_code == 200
    assert case.assurance == "IA1"
    assert case.reference is not None
    assert case.reference in confirmed.text
    assert day_in_words(case.safe_due, Language.FR) in confirmed.text
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_access", "release")
    await office.closing(case_id)
    copy = await type_code(site, await office.letter(case_id, "reply:ACCESS"))
    assert copy.content == await office.house.blobs.read(case_id, "export:reply:ACCESS")
    assert (await kinds(office, case_id))[-1] == "copy_fetched"


async def test_a_code_sent_twice_at_once_is_one_proof_and_both_times_thanked(
    office: Office, site: Site
) -> None:
    case_id = await office.receive(mail(FROM, ACCESS))
    letter = await office.letter(case_id, "identity_request")
    answers = await asyncio.gather(*(type_code(site, letter) for _ in range(4)))
    answers.append(await type_code(site, letter))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({without_visit(answer) for answer in answers}) == 1
    assert (await kinds(office, case_id)).count("identified") == 1


async def test_opening_the_link_of_the_letter_proves_nothing(office: Office, site: Site) -> None:
    case_id = await office.receive(mail(FROM, ACCESS))
    letter = await office.letter(case_id, "identity_request")
    assert (await site.browser.get(f"/p/{letter.token}")).status_code == 200
    assert (await office.row(case_id)).assurance == "IA0"


async def test_a_link_whose_workflow_is_gone_is_refused(office: Office, site: Site) -> None:
    case_id = await office.receive(mail(FROM, ACCESS))
    letter = await office.letter(case_id, "identity_request")
    await office.case(case_id).terminate("gone")
    answer = await type_code(site, letter)
    assert answer.status_code == 410
    assert answer.content == (await site.post("/p/unknown", letter.code)).content
    assert (await office.row(case_id)).assurance == "IA0"


async def test_a_case_that_no_worker_serves_asks_to_come_back_later(office: Office) -> None:
    case_id = f"case-{uuid4()}"
    client = office.skipper.client
    async with office.house.register.session() as session:
        await office.house.keyring.make(session, case_id)
        await session.commit()
    opening = Opening(
        case_id=case_id,
        inbox_id="none",
        received_at=datetime.now(UTC),
        rights=[],
        needs_triage=False,
        language="fr",
    )
    case = await client.start_workflow(
        RightsRequest.run, opening, id=case_id, task_queue=f"{MAIN_QUEUE}-nobody"
    )
    cases = Cases(client, patience=timedelta(seconds=1))
    assert await cases.prove_contact(case_id, "prove-1") is Proof.LATER
    await case.terminate("over")
    assert await cases.prove_contact(case_id, "prove-2") is Proof.CLOSED
    assert await cases.prove_contact(f"case-{uuid4()}", "prove-3") is Proof.CLOSED


async def test_health_says_that_both_servers_answer(site: Site) -> None:
    answer = await site.browser.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"register": "ok", "temporal": "ok"})


async def test_the_headers_of_the_browser_matter_for_the_proof_too(
    office: Office, site: Site
) -> None:
    case_id = await office.receive(mail(FROM, ACCESS))
    letter = await office.letter(case_id, "identity_request")
    foreign = OURS | {"Sec-Fetch-Site": "cross-site"}
    answer = await site.post(f"/p/{letter.token}", letter.code, foreign)
    assert answer.status_code == 403
    assert (await office.row(case_id)).assurance == "IA0"


async def test_what_a_person_adds_or_withdraws_on_their_page_reaches_the_case(
    office: Office, site: Site
) -> None:
    case_id = await office.receive(mail(FROM, ACCESS))
    letter = await office.letter(case_id, "identity_request")
    page = await type_code(site, letter)
    link = Link(case_id, "identity", letter.token, letter.code)
    added = await act(site, link, "add", visit_of(page), text="Je suis client depuis 2019.")
    assert added.status_code == 200
    await office.task(case_id, "read_mail")
    joined = [facts for kind, facts in await office.ledger(case_id) if kind == "message_joined"]
    assert len(joined) == 1
    inbox = await site.rows("SELECT * FROM inbox WHERE id = :id", id=joined[0]["inbox_id"])
    assert (inbox[0]["channel"], inbox[0]["state"]) == ("page", "dispatched")
    kept = await office.house.blobs.read(case_id, f"raw:{inbox[0]['case_id']}")
    assert b"2019" in kept
    await office.complete(case_id, "read_mail", "read")
    withdrawn = await act(site, link, "withdraw", visit_of(added), sure="yes")
    assert withdrawn.status_code == 200
    await office.letter(case_id, "withdrawal_confirmed:1")
    assert (await office.closing(case_id)).outcome == "withdrawn"
