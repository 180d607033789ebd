"""`calends systems`: its output, its exit codes, and one line for whatever is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from calends.cli import command_line
from tests.conftest import Postgres

KEY = "postgres_example_test_dataset"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            command_line(["systems", *arguments])
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return call


def test_locate_prints_one_object_with_every_row_and_the_state_of_each_dataset(
    run: Run, postgres: Postgres, fides_shop: str, fides_dataset: Path
) -> None:
    code, out, err = run(
        *("locate", "--email", "customer-2@example.com", "--json"),
        *("--dataset", str(fides_dataset), "--url", postgres.url(fides_shop, "postgresql")),
    )
    assert (code, err, out.count("\n")) == (0, "", 1)
    answer: dict[str, Any] = json.loads(out)
    assert list(answer) == ["found", "systems"]
    assert {name: len(rows) for name, rows in answer["found"].items()} == {
        f"{KEY}.customer": 1,
        f"{KEY}.service_request": 1,
        f"{KEY}.visit": 1,
        f"{KEY}.address": 2,
        f"{KEY}.login": 1,
        f"{KEY}.orders": 1,
        f"{KEY}.payment_card": 1,
        f"{KEY}.order_item": 1,
        f"{KEY}.product": 1,
    }
    assert answer["found"][f"{KEY}.customer"] == [
        {
            "address_id": 2,
            "created": "2020-04-01T11:47:42",
            "email": "customer-2@example.com",
            "id": 2,
            "name": "Jill Customer",
        }
    ]
    assert answer["systems"] == {KEY: {"state": "found", "count": 10, "unreachable": []}}


def test_locate_of_nobody_finds_nothing_and_is_no_failure(
    run: Run, postgres: Postgres, fides_shop: str, fides_dataset: Path, shared: Path
) -> None:
    extended = shared / "fides/postgres_example_test_extended_dataset.yml"
    code, out, _ = run(
        *("locate", "--phone", "+33", "--identity", "email=' OR 1=1--", "--json"),
        *("--dataset", str(fides_dataset), "--dataset", str(extended)),
        *("--url", postgres.url(fides_shop)),
    )
    answer = json.loads(out)
    assert (code, answer["found"]) == (0, {})
    assert answer["systems"][KEY] == {"state": "nothing", "count": 0, "unreachable": []}
    other = answer["systems"]["postgres_example_test_extended_dataset"]
    assert other["unreachable"] == ["postgres_example_test_extended_dataset.loyalty"]


def test_locate_for_people_lists_rows_and_states(
    run: Run, postgres: Postgres, fides_shop: str, fides_dataset: Path
) -> None:
    code, out, _ = run(
        *("locate", "--email", "employee-1@example.com"),
        *("--dataset", str(fides_dataset), "--url", postgres.url(fides_shop)),
    )
    assert code == 0
    assert f"{KEY}.employee: 1" in out
    assert f"{KEY}: found, 5 rows" in out


URLS = [
    "",
    "nonsense",
    "://",
    "postgresql://u:secret-word@127.0.0.1:1/x",
    "postgresql://u:secret-word@127.0.0.1:port/x",
    "postgresql://u:secret-word@127.0.0.1:99999/x",
    "postgresql+asyncpg://u:secret-word@127.0.0.1:1/x?sslmode=require",
    "postgresql+asyncpg://u:secret-word@127.0.0.1:1/x?unknown=1",
    "postgresql://u:secret-word@[::1/x",
    "postgresql+psycopg2://u:secret-word@127.0.0.1/x",
    "postgresql+none://u:secret-word@127.0.0.1/x",
    "oracle://u:secret-word@127.0.0.1/x",
    "sqlite:///x",
    "file:///etc/passwd",
    "postgresql://u:secret-word@/x?host=/no/such/dir",
    "postgresql://u:secret-word@127.0.0.1:1/x?sslmode=perhaps",
    "postgresql://u:secret-word@127.0.0.1:1/x\0y",
]


@pytest.mark.parametrize("url", URLS, ids=range(len(URLS)))
def test_a_wrong_url_is_one_line_without_its_password(
    run: Run, fides_dataset: Path, url: str
) -> None:
    code, out, err = run(
        *("locate", "--email", "a@b.example", "--json", "--dataset", str(fides_dataset)),
        *("--url", url),
    )
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "secret-word" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["locate"],
        ["locate", "--email", " "],
        ["locate", "--identity", "email"],
        ["locate", "--identity", "=x"],
        ["locate", "--email", "a@b.example", "--url", "postgresql:///x"],
        ["locate", "--email", "a@b.example", "--dataset", "none.yml"],
        ["locate", "--email", "a@b.example", "--dataset", "none.yml", "--url", "postgresql:///x"],
        ["locate", "--unknown"],
        ["unknown"],
    ],
)
def test_wrong_arguments_are_one_line_and_exit_2(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1)


COMPANY = """
controller: {{name: C, address: [x], email: c@c.example, dpo_email: d@c.example}}
purposes:
  - id: sales
    title: {{fr: v, en: s}}
    basis: contract
    categories: {{fr: v, en: s}}
    retention: UNSET
systems:
  - {{id: shop, name: Shop, kind: sql, url: "{url}", dataset: shop.yml}}
  - {{id: dead, name: Dead, kind: sql, url: "postgresql://u:${{CALENDS_T_WORD}}@127.0.0.1:1/x",
      dataset: shop.yml}}
  - {{id: paper, name: Paper, kind: manual, holder: Archivist}}
"""


@pytest.fixture
def company(
    postgres: Postgres,
    fides_shop: str,
    fides_dataset: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    (tmp_path / "shop.yml").write_text(fides_dataset.read_text())
    path = tmp_path / "company.yml"
    path.write_text(COMPANY.format(url=postgres.url(fides_shop)))
    monkeypatch.setenv("CALENDS_COMPANY_FILE", str(path))
    monkeypatch.setenv("CALENDS_T_WORD", "secret-word")
    monkeypatch.delenv("CALENDS_DATABASE_URL", raising=False)
    return path


@pytest.mark.usefixtures("company")
def test_a_dead_system_does_not_hide_what_the_others_hold(run: Run) -> None:
    code, out, err = run("locate", "--email", "jane@example.com", "--json")
    answer = json.loads(out)
    assert code == 1
    assert f"{KEY}.customer" in answer["found"]
    states = {name: state["state"] for name, state in answer["systems"].items()}
    assert states == {"shop": "found", "dead": "failed", "paper": "skipped"}
    assert answer["systems"]["dead"]["reason"] == "unreachable"
    assert "secret-word" not in out + err


@pytest.mark.usefixtures("company")
def test_a_secret_that_is_not_set_fails_that_system_alone(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALENDS_T_WORD")
    code, out, err = run("locate", "--email", "jane@example.com", "--json")
    answer = json.loads(out)
    assert code == 1
    assert answer["systems"]["shop"]["state"] == "found"
    assert answer["systems"]["dead"]["state"] == "failed"
    assert "CALENDS_T_WORD is not set" in err


def levels(out: str) -> set[tuple[str, str]]:
    lines = [json.loads(line) for line in out.splitlines()]
    return {(line["level"], line["text"]) for line in lines}


@pytest.mark.usefixtures("company")
def test_check_names_what_each_system_lacks(run: Run) -> None:
    code, out, _ = run("check", "--json")
    found = levels(out)
    assert code == 1
    assert ("ok", "url: reachable") in found
    assert ("error", "url: unreachable: url") in found
    assert ("ok", "searched by hand by Archivist") in found
    assert ("warning", f"{KEY}.customer: `url` may write") in found
    assert ("warning", f"{KEY}.order_item.item_no: present and not declared") in found
    may_be = "table loyalty: present and not declared, may be personal (name)"
    assert ("warning", may_be) in found
    mends = [json.loads(line)["mend"] for line in out.splitlines() if '"ok"' not in line]
    assert all(mends)


ROLES = """
CREATE ROLE {reads} LOGIN; CREATE ROLE {acts} LOGIN;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reads}, {acts};
GRANT DELETE ON login TO {acts};
GRANT UPDATE (name) ON customer TO {acts};
ALTER TABLE visit ENABLE ROW LEVEL SECURITY;
REVOKE SELECT ON report FROM {reads};
GRANT SELECT (id, email, name, year, month) ON report TO {reads};
"""


async def _roles(sql: asyncpg.Connection, database: str) -> tuple[str, str]:
    reads, acts = f"reads_{database}", f"acts_{database}"
    await sql.execute(ROLES.format(reads=reads, acts=acts))
    return reads, acts


@pytest.fixture
async def roles(fides_sql: asyncpg.Connection, fides_shop: str) -> Any:
    reads, acts = await _roles(fides_sql, fides_shop)
    yield reads, acts
    for role in (reads, acts):
        await fides_sql.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_check_asks_the_database_what_each_role_may_do(
    run: Run, company: Path, postgres: Postgres, fides_shop: str, roles: tuple[str, str]
) -> None:
    reads, acts = roles
    text = COMPANY.split("  - {{id: dead")[0].format(url=postgres.url(fides_shop, user=reads))
    act_url = f'act_url: "{postgres.url(fides_shop, user=acts)}", dataset'
    company.write_text(text.replace("dataset", act_url))
    dataset = company.parent / "shop.yml"
    dataset.write_text(
        dataset.read_text()
        .replace("- name: login\n", "- name: login\n        meta: {on_erasure: delete}\n")
        .replace("- name: orders\n", "- name: orders\n        meta: {on_erasure: delete}\n")
        .replace(
            "- name: customer\n",
            "- name: customer\n        meta: {purpose: none, on_erasure: anonymise}\n",
        )
    )
    code, out, _ = run("check", "--json")
    found = {line for line in levels(out) if line[0] == "error"}
    assert code == 1
    assert found == {
        ("error", "customer: no purpose `none`".replace("customer", f"{KEY}.customer")),
        ("error", f"{KEY}.report.total_visits: not readable"),
        ("error", f"{KEY}.visit: row security hides rows"),
        ("error", f"{KEY}.orders: `act_url` may not erase"),
        ("error", f"{KEY}.customer.email: `act_url` may not change it"),
    }
    assert not any("may write" in text for _, text in levels(out))


def test_check_of_a_right_system_has_no_error_and_exits_0(
    run: Run, company: Path, postgres: Postgres, fides_shop: str
) -> None:
    company.write_text(COMPANY.split("  - {{id: dead")[0].format(url=postgres.url(fides_shop)))
    code, out, _ = run("check")
    assert code == 0
    assert "ok      shop: url: reachable" in out


def test_check_names_missing_tables_columns_and_unreachable_collections(
    run: Run, company: Path, postgres: Postgres, fides_shop: str, shared: Path
) -> None:
    company.write_text(COMPANY.split("  - {{id: dead")[0].format(url=postgres.url(fides_shop)))
    dataset = company.parent / "shop.yml"
    dataset.write_text((shared / "fides/mysql_example_test_dataset.yml").read_text())
    _, out, _ = run("check", "--json")
    assert ("error", "mysql_example_test_dataset.Lead: no such table") in levels(out)
    masks = shared / "fides/example_field_masking_override_test_dataset.yml"
    dataset.write_text(masks.read_text())
    _, out, _ = run("check", "--json")
    name = "field_masking_override_test_dataset.customer.address"
    assert ("error", f"{name}: no such column") in levels(out)
    orphan = shared / "fides/graph_unreachable_with_data_categories.yml"
    dataset.write_text(orphan.read_text())
    _, out, _ = run("check", "--json")
    name = "unreachable_with_data_categories.address"
    assert ("error", f"{name}: reached from no identity") in levels(out)
