"""The page on which a letter is registered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calends.accounts.roles import Role
from calends.mail.inbox import RAW
from console.who import User
from tests.console.site import OURS, Site
from tests.console.visiting import PDF

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
PATH = "/desk/letters"


async def send(site: Site, *files: bytes, **fields: str):  # type: ignore[no-untyped-def]
    parts = [(name, (None, value)) for name, value in {"way": "post", **fields}.items()]
    scans = [("scans", ("../scan.svg", file, "image/svg+xml")) for file in files]
    return await site.browser.post(PATH, files=[*parts, *scans], headers=OURS)


async def test_a_scan_with_its_day_is_sealed_and_its_dates_are_told(site: Site) -> None:
    site.sign_in(DPO)
    page = await send(site, PDF, PDF + b"2", delivered="2026-11-20", right="ACCESS", name="Jeanne")
    assert page.status_code == 200
    assert "vendredi 18 décembre 2026" in page.text
    [row] = await site.rows("SELECT * FROM inbox")
    assert row["channel"] == "post"
    assert row["received_at"] == datetime(2026, 11, 19, 23, tzinfo=UTC)
    raw = await site.house.blobs.read(str(row["case_id"]), RAW)
    assert raw.count(b'filename="scan-') == 2
    assert "Jeanne" not in str(row)


async def test_the_same_letter_again_is_told_as_known(site: Site) -> None:
    site.sign_in(DPO)
    await send(site, PDF, delivered="2026-11-20")
    page = await send(site, PDF, delivered="2026-11-20")
    assert "déjà enregistrée" in page.text
    assert len(await site.rows("SELECT id FROM inbox")) == 1


@pytest.mark.parametrize(
    ("files", "fields", "said"),
    [
        ((PDF,), {}, "Il manque le jour"),
        ((PDF,), {"delivered": "hier"}, "pas un jour"),
        ((PDF,), {"delivered": "2999-01-01"}, "pas encore venu"),
        ((), {"delivered": "2026-11-20"}, "Il manque une numérisation"),
        ((b"<svg>",), {"delivered": "2026-11-20"}, "PDF, JPEG, PNG ou TIFF"),
        ((PDF,), {"delivered": "2026-11-20", "email": "x"}, "pas une adresse"),
    ],
)
async def test_a_fault_is_told_and_what_was_typed_stays(
    site: Site, files: tuple[bytes, ...], fields: dict[str, str], said: str
) -> None:
    site.sign_in(DPO)
    page = await send(site, *files, name="Jeanne <b>", postal="1 rue X", **fields)
    assert page.status_code == 422
    assert said in page.text
    assert 'value="Jeanne &lt;b&gt;"' in page.text
    assert "1 rue X" in page.text
    assert await site.rows("SELECT id FROM inbox") == []


async def test_twenty_one_files_or_twenty_megabytes_are_refused(site: Site) -> None:
    site.sign_in(DPO)
    assert (await send(site, *[PDF] * 21, delivered="2026-11-20")).status_code == 400
    assert (await send(site, PDF + bytes(20_000_000), delivered="2026-11-20")).status_code == 413
    assert await site.rows("SELECT id FROM inbox") == []


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DPO, Role.DEPUTY)])
async def test_others_register_no_letters(site: Site, role: Role) -> None:
    site.sign_in(User("user-2", "Eve", frozenset({role})))
    assert (await site.browser.get(PATH)).status_code == 403
    assert (await send(site, PDF, delivered="2026-11-20")).status_code == 403
    assert await site.rows("SELECT id FROM inbox") == []


async def test_without_a_session_the_body_is_not_even_read(site: Site) -> None:
    assert (await send(site, PDF, delivered="2026-11-20")).status_code == 401
