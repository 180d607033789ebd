"""The sample company holds together: company file, datasets, seed and mailbox tell one story."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from calends.company import UNSET, Company, load_company, with_secrets
from calends.engine.sample import seed_sample
from calends.problems import Problem
from tests.conftest import Postgres

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "impro-solutions"
DATASETS = sorted((EXAMPLE / "datasets").glob("*.yml"))
MAILS = sorted((EXAMPLE / "mailbox").glob("*.eml"))

SENDERS = {
    "01": "maelle.leguen@courriel.example",
    "02": "gerard.dherouville@courriel.example",
    "03": "huguette.pincon@poste.example",
    "04": "aicha.benali@example.org",
    "05": "p.tanguy@ailleurs.test",
    "06": "tom.whitaker@example.org",
    "07": "benoit.lefevre@poste.example",
    "08": "jeanne.martin@courriel.example",
    "09": "zoe.mueller@example.org",
    "10": "elodie.oeuvrard@courriel.example",
    "11": "mj.fernandez@example.org",
    "12": "as.kervella@poste.example",
    "13": "hanh.nguyen@courriel.example",
    "14": "loic.kervella@courriel.example",
    "15": "soren@oestergaard.example",
    "16": "plaintes@cnil.example",
}
NOT_ON_FILE = {"p.tanguy@ailleurs.test", "plaintes@cnil.example"}
RESERVED = re.compile(r"(\.example|\.test|\bexample\.(org|com|net))$")
FICTION = re.compile(r"^\+33(19900|26191|35301|46571|53649|63998)\d{4}$")


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(EXAMPLE / "company.yml")


@pytest.fixture(scope="module")
async def urls(postgres: Postgres) -> AsyncIterator[dict[str, str]]:
    yield await seed_sample(postgres.url("postgres"), EXAMPLE, fresh=True)
    for database in ("sample_crm", "sample_billing"):
        await postgres.execute(f"DROP DATABASE {database} WITH (FORCE)")


async def rows(url: str, *statements: str) -> list[dict[str, Any]]:
    """What the last of the statements returns; nothing of them stays."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            for statement in statements:
                result = await connection.execute(text(statement))
            found = [dict(row) for row in result.mappings()] if result.returns_rows else []
            await connection.rollback()
            return found
    finally:
        await engine.dispose()


def dataset(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    [only] = content["dataset"]
    assert isinstance(only, dict)
    return only


def collections() -> list[tuple[str, dict[str, Any]]]:
    return [(d["fides_key"], c) for d in map(dataset, DATASETS) for c in d["collections"]]


COLLECTIONS = [pytest.param(k, c, id=f"{k}.{c['name']}") for k, c in collections()]


# The company file


def test_the_company_file_loads_with_the_controller_of_the_policy(company: Company) -> None:
    assert company.controller.name == "Impro Solutions"
    assert company.controller.address == ["35 rue Bobby Sands", "44800 SAINT-HERBLAIN"]
    assert company.controller.dpo_email == "contact@impro-solutions.fr"


def test_what_the_policy_leaves_open_is_unset_and_explained(company: Company) -> None:
    assert company.open_points()
    for purpose in company.purposes:
        if UNSET in (purpose.basis, purpose.retention):
            assert purpose.note, purpose.id
    for row in company.retention:
        if row.active == UNSET:
            assert row.note, row.id


def test_the_rows_of_the_policys_table_say_what_it_says(company: Company) -> None:
    rows = {row.id: row for row in company.retention}
    assert (rows["prospecting"].active, rows["prospecting"].archive) == ("P3Y", "none")
    for name in ("contract", "customer_relation"):
        assert (rows[name].active, rows[name].archive) == ("P3Y", "P5Y")
        assert rows[name].archive_counts_from == "start"
        assert not rows[name].statutory
    assert rows["cookies_consent"].active == "P13M"


def test_only_a_row_that_a_law_imposes_is_statutory(company: Company) -> None:
    assert {row.id for row in company.retention if row.statutory} == {
        "accounting",
        "tax",
        "e_contract",
    }
    [accounting] = [row for row in company.retention if row.id == "accounting"]
    assert (accounting.active, accounting.from_financial_year_end) == ("P10Y", True)
    assert "L123-22" in accounting.source


def test_every_recipient_has_an_invented_address(company: Company) -> None:
    for recipient in company.recipients:
        assert RESERVED.search(recipient.email), recipient.id


def test_every_database_url_comes_from_the_environment(company: Company) -> None:
    for entry in company.systems:
        if entry.kind == "sql":
            name = entry.id.upper()
            assert entry.url == f"${{CALENDS_{name}_URL}}"
            assert entry.act_url == f"${{CALENDS_{name}_ACT_URL}}"


# The datasets


def test_every_declared_dataset_is_a_file_with_the_systems_name(company: Company) -> None:
    declared = {e.id: company.dataset_file(e) for e in company.systems if e.kind == "sql"}
    assert sorted(declared.values()) == [path.resolve() for path in DATASETS]
    for system, path in declared.items():
        assert dataset(path)["fides_key"] == system


@pytest.mark.parametrize(("system", "collection"), COLLECTIONS)
def test_purpose_and_retention_of_a_collection_are_declared(
    system: str, collection: dict[str, Any], company: Company
) -> None:
    meta = collection["meta"]
    assert meta["purpose"] in {purpose.id for purpose in company.purposes}
    assert meta["retention"] in {row.id for row in company.retention} | {UNSET}
    assert meta["on_erasure"] in {"delete", "anonymise"}
    assert set(meta["title"]) == {"fr", "en"}


@pytest.mark.parametrize(("system", "collection"), COLLECTIONS)
def test_what_meta_names_is_a_field_of_the_collection(
    system: str, collection: dict[str, Any]
) -> None:
    names = {field["name"] for field in collection["fields"]}
    meta = collection["meta"]
    used = {meta["start"], *meta.get("drop_on_archive", [])}
    for act in ("on_archive", "on_prospecting_objection"):
        used |= set(meta.get(act, {}).get("set", {}))
    assert used <= names


@pytest.mark.parametrize(("system", "collection"), COLLECTIONS)
def test_every_reference_leads_to_a_field_that_exists(
    system: str, collection: dict[str, Any]
) -> None:
    known = {f"{k}.{c['name']}.{f['name']}" for k, c in collections() for f in c["fields"]}
    for field in collection["fields"]:
        for reference in field.get("fides_meta", {}).get("references", []):
            assert f"{reference['dataset']}.{reference['field']}" in known


@pytest.mark.parametrize(("system", "collection"), COLLECTIONS)
async def test_a_collection_has_exactly_the_columns_of_its_table(
    system: str, collection: dict[str, Any], urls: dict[str, str]
) -> None:
    columns = await rows(
        urls[f"CALENDS_{system.upper()}_URL"],
        "SELECT column_name FROM information_schema.columns "
        f"WHERE table_schema = 'public' AND table_name = '{collection['name']}'",
    )
    assert [field["name"] for field in collection["fields"]] == [c["column_name"] for c in columns]


@pytest.mark.parametrize("path", DATASETS, ids=lambda path: path.stem)
async def test_every_table_of_the_seed_is_described(path: Path, urls: dict[str, str]) -> None:
    described = dataset(path)
    tables = await rows(
        urls[f"CALENDS_{described['fides_key'].upper()}_URL"],
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    )
    assert {t["tablename"] for t in tables} == {c["name"] for c in described["collections"]}


@pytest.mark.parametrize(("system", "collection"), COLLECTIONS)
async def test_the_acts_of_a_collection_are_possible_on_its_table(
    system: str, collection: dict[str, Any], urls: dict[str, str]
) -> None:
    meta = collection["meta"]
    values: dict[str, Any] = dict.fromkeys(meta.get("drop_on_archive", []))
    for act in ("on_archive", "on_prospecting_objection"):
        values |= meta.get(act, {}).get("set", {})
    engine = create_async_engine(urls[f"CALENDS_{system.upper()}_ACT_URL"])
    try:
        async with engine.connect() as connection:
            for name, value in values.items():
                done = await connection.execute(
                    text(f"UPDATE {collection['name']} SET {name} = :value"), {"value": value}
                )
                assert done.rowcount > 0
            await connection.rollback()
    finally:
        await engine.dispose()


# The seed


async def test_the_environment_of_the_company_file_is_what_seeding_returns(
    company: Company, urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in urls.items():
        monkeypatch.setenv(name, value)
    for entry in company.systems:
        if entry.kind == "sql":
            assert await rows(with_secrets(entry.url), "SELECT 1 AS one") == [{"one": 1}]
            assert await rows(with_secrets(entry.act_url), "SELECT 1 AS one") == [{"one": 1}]


async def test_every_address_and_number_of_the_seed_is_reserved_for_fiction(
    urls: dict[str, str],
) -> None:
    crm, billing = urls["CALENDS_CRM_URL"], urls["CALENDS_BILLING_URL"]
    people = await rows(crm, "SELECT email, phone FROM contact")
    others = await rows(crm, "SELECT email FROM newsletter_subscription")
    billed = await rows(billing, "SELECT email FROM customer")
    assert len(people) >= 12
    for row in people + others + billed:
        assert RESERVED.search(row["email"])
        assert FICTION.match(row.get("phone", "+33639980000"))


async def test_the_seed_has_two_people_of_one_name_and_two_at_one_address(
    urls: dict[str, str],
) -> None:
    crm = urls["CALENDS_CRM_URL"]
    same_name = "SELECT count(*) AS n FROM contact GROUP BY first_name, last_name HAVING count(*)>1"
    same_home = "SELECT count(*) AS n FROM contact GROUP BY address_line HAVING count(*) > 1"
    assert await rows(crm, same_name) == [{"n": 2}]
    assert await rows(crm, same_home) == [{"n": 2}]


async def test_the_former_customer_has_vouchers_on_both_sides_of_ten_years(
    urls: dict[str, str],
) -> None:
    [row] = await rows(
        urls["CALENDS_BILLING_URL"],
        "SELECT count(*) FILTER (WHERE issued_on < '2016-01-01') AS old,"
        " count(*) FILTER (WHERE issued_on >= '2019-01-01') AS young FROM invoice"
        " JOIN customer ON customer.id = customer_id"
        f" WHERE customer.email = '{SENDERS['02']}'",
    )
    assert row == {"old": 2, "young": 3}


async def test_a_line_and_its_invoice_are_booked_on_one_day(urls: dict[str, str]) -> None:
    apart = (
        "SELECT count(*) AS n FROM invoice_line JOIN invoice ON invoice.id = invoice_id"
        " WHERE booked_on <> issued_on"
    )
    assert await rows(urls["CALENDS_BILLING_URL"], apart) == [{"n": 0}]


async def test_every_customer_of_billing_is_a_contact_of_the_crm(urls: dict[str, str]) -> None:
    contacts = await rows(urls["CALENDS_CRM_URL"], "SELECT id FROM contact")
    customers = await rows(urls["CALENDS_BILLING_URL"], "SELECT crm_contact_id AS id FROM customer")
    assert {row["id"] for row in customers} <= {row["id"] for row in contacts}


@pytest.mark.parametrize(
    ("role", "statements"),
    [
        ("", ["DELETE FROM contact"]),
        ("", ["UPDATE contact SET city = NULL"]),
        ("", ["SET TRANSACTION READ WRITE", "DELETE FROM contact"]),
        ("_ACT", ["INSERT INTO survey_answer VALUES (99, NULL, '2026-01-01', 1, NULL)"]),
        ("_ACT", ["DROP TABLE contact"]),
        ("_ACT", ["CREATE TABLE mine (id integer)"]),
    ],
)
async def test_a_role_cannot_do_more_than_its_part(
    role: str, statements: list[str], urls: dict[str, str]
) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner|read-only"):
        await rows(urls[f"CALENDS_CRM{role}_URL"], *statements)


async def test_seeding_again_changes_nothing_unless_a_fresh_copy_is_asked(
    postgres: Postgres, urls: dict[str, str]
) -> None:
    count = "SELECT count(*) AS n FROM survey_answer"
    await postgres.execute("DELETE FROM survey_answer WHERE id = 4", "sample_crm")
    assert await seed_sample(postgres.url("postgres"), EXAMPLE) == urls
    assert await rows(urls["CALENDS_CRM_URL"], count) == [{"n": 3}]
    assert await seed_sample(postgres.url("postgres"), EXAMPLE, fresh=True) == urls
    assert await rows(urls["CALENDS_CRM_URL"], count) == [{"n": 4}]


async def test_a_seed_that_fails_leaves_an_empty_database_that_can_be_loaded(
    postgres: Postgres, urls: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "seed").mkdir()
    for name in ("crm.sql", "billing.sql", "roles.sql"):
        (tmp_path / "seed" / name).write_text((EXAMPLE / "seed" / name).read_text("utf-8"), "utf-8")
    (tmp_path / "seed" / "roles.sql").write_text("GRANT SELECT ON nothing TO nobody;", "utf-8")
    with pytest.raises(Problem, match=r"^sample databases: UndefinedTableError from PostgreSQL$"):
        await seed_sample(postgres.url("postgres"), tmp_path, fresh=True)
    assert await seed_sample(postgres.url("postgres"), EXAMPLE) == urls
    assert await rows(urls["CALENDS_CRM_URL"], "SELECT count(*) AS n FROM quote") == [{"n": 6}]


async def test_a_folder_without_a_seed_is_one_clear_line(
    postgres: Postgres, tmp_path: Path
) -> None:
    with pytest.raises(Problem, match=r"^sample databases: cannot read .*roles\.sql$"):
        await seed_sample(postgres.url("postgres"), tmp_path)


async def test_a_server_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"^sample databases: \w+ from PostgreSQL$"):
        await seed_sample(f"postgresql+asyncpg://postgres@/postgres?host={tmp_path}", EXAMPLE)
    with pytest.raises(Problem, match=r"^sample databases: not a database URL$"):
        await seed_sample("nonsense", EXAMPLE)


# The mailbox


def parsed(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_mailbox_has_its_messages_and_a_table_of_them() -> None:
    assert [path.name[:2] for path in MAILS] == sorted(SENDERS)
    table = (EXAMPLE / "mailbox" / "README.md").read_text(encoding="utf-8")
    for path in MAILS:
        assert f"| `{path.stem}` |" in table


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem[:2])
def test_a_message_is_proper_mail_from_its_sender(path: Path) -> None:
    raw = path.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    message = parsed(path)
    assert not message.defects
    assert [a.addr_spec for a in message["From"].addresses] == [SENDERS[path.name[:2]]]
    assert message["To"] == "contact@impro-solutions.fr"
    assert message["Date"].datetime.utcoffset() is not None
    assert re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", message["Message-ID"])
    received = parsedate_to_datetime(message["Received"].rpartition(";")[2])
    assert timedelta(0) < received - message["Date"].datetime < timedelta(minutes=1)
    body = message.get_body(("plain", "html"))
    assert body is not None
    assert body.get_content().strip()


def test_the_messages_differ_in_how_they_are_encoded() -> None:
    leaves = [p for path in MAILS for p in parsed(path).walk() if not p.is_multipart()]
    assert {p["Content-Transfer-Encoding"] for p in leaves} == {
        "7bit",
        "quoted-printable",
        "base64",
    }
    assert {p.get_content_charset() for p in leaves} >= {"utf-8", "iso-8859-1", "windows-1252"}
    assert [path.name[:2] for path in MAILS if parsed(path).get_content_type() == "text/html"] == [
        "08"
    ]
    ids = [parsed(path)["Message-ID"] for path in MAILS]
    assert len(set(ids)) == len(ids)


async def test_every_sender_but_two_is_on_file(urls: dict[str, str]) -> None:
    found = await rows(
        urls["CALENDS_CRM_URL"],
        "SELECT email FROM contact UNION SELECT email FROM newsletter_subscription",
    )
    on_file = {row["email"] for row in found}
    assert set(SENDERS.values()) - on_file == NOT_ON_FILE


async def test_no_file_name_holds_a_persons_name(urls: dict[str, str]) -> None:
    people = await rows(urls["CALENDS_CRM_URL"], "SELECT last_name AS name FROM contact")
    names = " ".join(path.name.lower() for path in EXAMPLE.rglob("*"))
    for person in people:
        assert person["name"].lower() not in names
