"""A person on their page after the code: what their browser holds and sends."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

import httpx

from calends.register.models import OutboxRow
from tests.console.site import OURS, Link, Site

_VISIT = re.compile(r'name="visit" value="([^"]+)"')
PDF = b"%PDF-1.7\n" + b"x" * 500


async def status_page(site: Site, link: Link) -> httpx.Response:
    """The code typed, with the button that shows where the request stands."""
    return await site.browser.post(
        link.path, data={"code": link.code, "see": "status"}, headers=OURS
    )


def visit_of(page: httpx.Response) -> str:
    found = _VISIT.search(page.text)
    assert found is not None, page.text
    return found[1]


async def act(
    site: Site, link: Link, what: str, visit: str, file: bytes = b"", **fields: str
) -> httpx.Response:
    """One of the forms of the page is sent."""
    form = {"visit": visit, **fields}
    path = f"{link.path}/{what}"
    if what != "add":
        return await site.browser.post(path, data=form, headers=OURS)
    files = {"file": ("../../carte d'identité.svg", file, "image/svg+xml")} if file else {}
    parts = [(name, (None, value)) for name, value in form.items()]
    return await site.browser.post(path, files=[*parts, *files.items()], headers=OURS)


async def put_letter(site: Site, case_id: str, purpose: str) -> str:
    """A letter that left; returns its Message-ID."""
    now, message_id = datetime.now(UTC), f"<{secrets.token_hex(8)}@impro-solutions.fr>"
    async with site.house.register.session() as session:
        session.add(
            OutboxRow(
                id=f"{case_id}:{purpose}",
                case_id=case_id,
                purpose=purpose,
                message_id=message_id,
                sealed_recipient=b"sealed",
                digest="ab" * 32,
                null_sender=False,
                state="sent",
                attempts=1,
                written_at=now,
                sent_at=now,
            )
        )
        await session.commit()
    return message_id


async def put_person(site: Site, case_id: str, address: str = "jeanne@courriel.example") -> None:
    import json

    key = await site.house.keyring.get(case_id)
    facts = {"address": address, "name": "Jeanne", "message_id": "<1@x.example>", "subject": "S"}
    await site.execute(
        "UPDATE cases SET sealed_person = :sealed WHERE id = :id",
        sealed=key.seal(json.dumps(facts).encode(), "person"),
        id=case_id,
    )
