"""What the mailbox's README promises of the people of the sample, by the code that will do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from activities.decide import verdict_on
from calends.company import Company, load_company
from calends.engine.sample import seed_sample
from calends.rules.vocabulary import Verdict
from calends.systems import Record, load_datasets, open_system
from calends.systems.checking import company_lines
from tests.conftest import Postgres

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "impro-solutions"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
async def company(postgres: Postgres) -> AsyncIterator[Company]:
    """The sample company on its seeded databases."""
    urls = await seed_sample(postgres.url("postgres"), EXAMPLE, fresh=True)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in urls.items():
            environment.setenv(name, value)
        yield load_company(EXAMPLE / "company.yml")
    for database in ("sample_crm", "sample_billing"):
        await postgres.execute(f"DROP DATABASE {database} WITH (FORCE)")


async def records_of(company: Company, address: str) -> list[Record]:
    found = []
    for entry in company.systems:
        if entry.kind == "sql":
            system = open_system(entry, company)
            try:
                found += [record async for record in system.locate({"email": [address]})]
            finally:
                await system.close()
    return found


async def test_no_declared_system_has_an_error(company: Company) -> None:
    for entry in company.systems:
        if entry.kind == "sql":
            system = open_system(entry, company, for_acts=True)
            try:
                lines = [
                    *await system.check(),
                    *company_lines(company, load_datasets([company.dataset_file(entry)])),
                ]
            finally:
                await system.close()
            assert [line.text for line in lines if line.level == "error"] == []


@pytest.mark.parametrize(
    ("address", "collections"),
    [
        (
            "maelle.leguen@courriel.example",
            "billing.contract billing.customer billing.invoice billing.invoice_line"
            " billing.payment crm.contact crm.interaction crm.newsletter_subscription crm.quote"
            " crm.survey_answer",
        ),
        ("huguette.pincon@poste.example", "crm.contact crm.newsletter_subscription"),
        ("tom.whitaker@example.org", "crm.newsletter_subscription"),
        ("p.tanguy@ailleurs.test", ""),
    ],
    ids=["current customer", "one-word objector", "newsletter reader", "unknown"],
)
async def test_a_person_is_found_where_the_readme_says(
    address: str, collections: str, company: Company
) -> None:
    found = {record.collection for record in await records_of(company, address)}
    assert sorted(found) == collections.split()


async def test_one_of_two_people_of_a_name_gets_her_own_records_only(company: Company) -> None:
    contacts = {
        record.values["id"]
        for address in ("jeanne.martin@courriel.example", "j.martin@poste.example")
        for record in await records_of(company, address)
        if record.collection == "crm.contact"
    }
    assert contacts == {1, 2}
    for record in await records_of(company, "jeanne.martin@courriel.example"):
        assert record.values.get("contact_id", 1) in (1, None)
        assert record.values.get("crm_contact_id", 1) == 1


async def test_one_of_a_couple_gets_nothing_of_the_other(company: Company) -> None:
    his = await records_of(company, "loic.kervella@courriel.example")
    hers = await records_of(company, "as.kervella@poste.example")
    assert {r.values["id"] for r in his if r.collection == "crm.contact"} == {6}
    assert {r.values["id"] for r in hers if r.collection == "crm.contact"} == {7}
    assert not {r.collection for r in hers} & {"billing.customer", "billing.invoice"}


async def test_the_former_customers_erasure_goes_as_the_readme_says(company: Company) -> None:
    datasets = load_datasets([company.dataset_file(e) for e in company.systems if e.dataset])
    verdicts: Counter[tuple[str, Verdict]] = Counter()
    until: dict[str, set[object]] = {}
    for record in await records_of(company, "gerard.dherouville@courriel.example"):
        collection = datasets.collection(record.collection)
        decided = verdict_on(company, collection, dict(record.values), TODAY)
        verdicts[record.collection, decided.verdict] += 1
        until.setdefault(record.collection, set()).add(decided.until)
    assert verdicts == {
        ("crm.contact", Verdict.ERASED): 1,
        ("crm.interaction", Verdict.ERASED): 3,
        ("crm.quote", Verdict.ERASED): 1,
        ("billing.invoice", Verdict.ERASED): 2,
        ("billing.invoice", Verdict.ARCHIVED_RESTRICTED): 3,
        ("billing.invoice_line", Verdict.ERASED): 2,
        ("billing.invoice_line", Verdict.ARCHIVED_RESTRICTED): 4,
        ("billing.payment", Verdict.ERASED): 2,
        ("billing.payment", Verdict.ARCHIVED_RESTRICTED): 3,
        ("billing.contract", Verdict.ERASED): 1,
        ("billing.contract", Verdict.ARCHIVED_RESTRICTED): 1,
        ("billing.customer", Verdict.ARCHIVED_RESTRICTED): 1,
    }
    assert until["billing.invoice"] == {
        None,
        date(2029, 12, 31),
        date(2030, 12, 31),
        date(2031, 12, 31),
    }
    assert until["billing.contract"] == {None, date(2031, 3, 31)}
    assert until["billing.customer"] == {date(2031, 12, 31)}


async def test_the_newsletter_readers_erasure_keeps_nothing(company: Company) -> None:
    datasets = load_datasets([EXAMPLE / "datasets" / "crm.yml"])
    [record] = await records_of(company, "tom.whitaker@example.org")
    collection = datasets.collection(record.collection)
    decided = verdict_on(company, collection, dict(record.values), TODAY)
    assert decided.verdict is Verdict.ERASED


async def test_a_satisfaction_survey_waits_for_a_human(company: Company) -> None:
    datasets = load_datasets([EXAMPLE / "datasets" / "crm.yml"])
    [answer] = [
        record
        for record in await records_of(company, "maelle.leguen@courriel.example")
        if record.collection == "crm.survey_answer"
    ]
    collection = datasets.collection(answer.collection)
    decided = verdict_on(company, collection, dict(answer.values), TODAY)
    assert decided.verdict is Verdict.HUMAN
