"""Every kind of system as it stands in a company file: a case searches them all, says of each what
came of it, and the copy holds what each gave."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

from calends.systems import opening
from calends.systems.connector import Connector, Opening, meets
from calends.systems.dataset import Collection
from calends.systems.walk import Criterion, Row
from tests.office import Office, mail, open_office
from tests.systems.mailboxes import PASSWORD, Dovecot, dovecot
from tests.workflows.test_answering import ACCESS

__all__ = ["dovecot"]

WRITER = "every.kind@courriel.example"
SCAN = b"a scan of a paper file"


class Shelf(Connector):
    """A plug-in: rows out of its own settings."""

    def __init__(self, opened: Opening) -> None:
        super().__init__(opened)
        self.rows = [json.loads(str(line)) for line in opened.settings["rows"]]

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        for row in self.rows:
            if meets(row, criteria):
                yield self.row(collection, row)


def dataset(key: str, name: str, identity: str, *fields: str) -> str:
    plain = "".join(f"{{name: {field}}}," for field in fields)
    return (
        f"dataset: [{{fides_key: {key}, collections: [{{name: {name}, fields: ["
        f"{{name: id, fides_meta: {{primary_key: true}}}},"
        f"{{name: {identity}, fides_meta: {{identity: email}}}},{plain}]}}]}}]"
    )


def message() -> bytes:
    return (
        f"From: Kim <{WRITER}>\r\nTo: us@c.example\r\nSubject: Une question\r\n"
        "Message-ID: <kinds@b.example>\r\nDate: Tue, 03 Mar 2026 10:00:00 +0100\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour\r\n"
    ).encode()


def systems(folder: Path, dovecot: Dovecot) -> list[dict[str, Any]]:
    (folder / "lists").mkdir()
    (folder / "lists" / "guest.csv").write_text(f"id;email;table\n1;{WRITER};12\n2;x@y.example;7\n")
    (folder / "lists.yml").write_text(dataset("lists", "guest", "email", "table"))
    (folder / "shelf.yml").write_text(dataset("shelf", "loan", "email", "book"))
    (folder / "mails.yml").write_text(
        dataset("mails", "message", "from", "subject").replace("name: id", "name: message_id")
    )
    dovecot.append("kinds", "INBOX", message())
    box = {"host": "127.0.0.1", "port": dovecot.port, "tls": "none", "user": "kinds"}
    rows = [json.dumps({"id": 5, "email": WRITER, "book": "Dune"}), '{"id": 6, "email": "x@y.z"}']

    def entry(name: str, kind: str, file: str, **own: Any) -> dict[str, Any]:
        more = {"dataset": str(folder / file)} if file else {}
        return {"id": name, "name": name.title(), "kind": kind, "auto_release": True} | more | own

    return [
        entry("lists", "files", "lists.yml", files={"folder": str(folder / "lists")}),
        entry("mails", "mailbox", "mails.yml", mailbox=box | {"password": "${KINDS_PASSWORD}"}),
        entry("shelf", "plugin", "shelf.yml", plugin={"name": "shelf", "settings": {"rows": rows}}),
        entry("gone", "files", "lists.yml", files={"folder": str(folder / "nowhere")}),
        entry("paper", "manual", "", holder="Odile"),
    ]


@pytest.fixture
async def kinds(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    point = EntryPoint("shelf", f"{__name__}:Shelf", opening.PLUGINS)
    monkeypatch.setattr(opening, "entry_points", lambda group: EntryPoints([point]))
    monkeypatch.setenv("KINDS_PASSWORD", PASSWORD)
    with tempfile.TemporaryDirectory(prefix="calends-office-") as name:
        folder = Path(name)
        changes = {"systems": systems(folder, dovecot)}
        async with open_office(folder / "var", company=changes) as opened:
            yield opened


async def test_a_case_searches_every_kind_and_one_that_is_down_keeps_no_other_from_answering(
    kinds: Office,
) -> None:
    office = kinds
    case_id = await office.receive(mail(WRITER, ACCESS))
    await office.prove_contact(case_id)
    async with office.house.register.session() as session:
        key = await office.house.keyring.get(case_id)
        await office.house.blobs.write(session, key, "upload:paper", SCAN)
        await session.commit()
    await office.complete(case_id, "search_by_hand", "found", upload="upload:paper")
    await office.task(case_id, "mend_system")
    view = await office.case(case_id).query("view")
    assert view["searches"] == {
        "lists": "found",
        "mails": "found",
        "shelf": "found",
        "gone": "failed",
        "paper": "found",
    }
    await office.complete(case_id, "mend_system", "skip", reason="The folder was given up in 2019.")
    await office.complete(case_id, "review_access", "release")
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered"}
    letter = " ".join((await office.letter(case_id, "reply:ACCESS")).text.split())
    assert "The folder was given up in 2019." in letter
    raw = await office.house.blobs.read(case_id, "export:reply:ACCESS")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        data = {n: archive.read(n) for n in archive.namelist()}
    tables = {n: json.loads(c) for n, c in data.items() if n.startswith("data/")}
    given = {n.split("/")[1]: rows for n, rows in tables.items()}
    assert [row["table"] for row in given["lists"]] == ["12"]
    assert [row["subject"] for row in given["mails"]] == ["Une question"]
    assert [row["book"] for row in given["shelf"]] == ["Dune"]
    assert SCAN in [content for n, content in data.items() if n.startswith("uploads/")]
