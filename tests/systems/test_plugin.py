"""A kind of system of somebody else's: the example of examples/plugin, as it would be installed."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

from calends.company import Company, SystemEntry
from calends.problems import Problem
from calends.systems import opening
from calends.systems.opening import open_system
from calends.systems.protocol import Failure, Seeds, System, SystemFailed
from calends.systems.testkit import prove

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/plugin/calends_tickets.py"
ANN: Seeds = {"email": ["ann@b.example"]}
TICKETS = [
    {"id": 1, "mail": "Ann@b.example", "text": "Hello", "internal": "x"},
    {"id": 2, "mail": "bob@b.example", "text": "Hi"},
]
DATASET = """
dataset:
  - fides_key: helpdesk
    collections:
      - name: ticket
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: mail, fides_meta: {identity: email}}
          - {name: text, meta: {third_party: true}}
"""


class Helpdesk(BaseHTTPRequestHandler):
    """A tool that takes any question for a wild card, and answers with all it has."""

    def do_POST(self) -> None:
        known = self.headers["Authorization"] == "Bearer word"
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(TICKETS).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def helpdesk() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Helpdesk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `pip install`: the module is importable and its entry point is known."""
    spec = importlib.util.spec_from_file_location("calends_tickets", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "calends_tickets", module)
    points = EntryPoints(
        [
            EntryPoint("tickets", "calends_tickets:Tickets", opening.PLUGINS),
            EntryPoint("broken", "calends_nowhere:Nothing", opening.PLUGINS),
        ]
    )
    monkeypatch.setattr(opening, "entry_points", lambda group: points.select(group=group))


def entry(url: str, name: str = "tickets") -> SystemEntry:
    settings = {"url": url, "token": "${HELPDESK_TOKEN}"}
    return SystemEntry.model_validate(
        {
            "id": "helpdesk",
            "name": "Helpdesk",
            "kind": "plugin",
            "dataset": "helpdesk.yml",
            "plugin": {"name": name, "settings": settings},
        }
    )


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    (tmp_path / "helpdesk.yml").write_text(DATASET)
    monkeypatch.setenv("HELPDESK_TOKEN", "word")
    return Company.model_construct(base=tmp_path)  # type: ignore[call-arg]


@pytest.mark.usefixtures("installed")
async def test_the_example_plug_in_keeps_the_rules_of_every_kind(
    helpdesk: str, company: Company
) -> None:
    async def made() -> System:
        return open_system(entry(helpdesk), company)

    async def content() -> object:
        return json.dumps(TICKETS)

    records = await prove(made, ANN, content)
    assert [record.values for record in records] == [
        {"id": 1, "mail": "Ann@b.example", "text": "Hello"}
    ]


@pytest.mark.usefixtures("installed")
async def test_a_plug_in_whose_server_is_away_is_unreachable(company: Company) -> None:
    system = open_system(entry("http://127.0.0.1:1"), company)
    with pytest.raises(SystemFailed) as failure:
        async for _ in system.locate(ANN):
            pass
    await system.close()
    assert failure.value.reason is Failure.UNREACHABLE


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "said"),
    [("broken", "does not load"), ("nothing", "no plug-in `nothing` installed .*tickets")],
)
def test_a_plug_in_that_is_not_there_or_does_not_load_is_one_clear_line(
    company: Company, name: str, said: str
) -> None:
    with pytest.raises(Problem, match=said):
        open_system(entry("http://127.0.0.1:1", name), company)


def test_the_example_connector_is_about_twenty_lines() -> None:
    body = EXAMPLE.read_text().split("class Tickets")[1]
    assert len([line for line in body.splitlines() if line.strip()]) < 30
