"""The first hour of a company of one's own, as docs/getting-started.md walks it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calends.cli import COMMANDS
from calends.company import load_company
from calends.letters.facts.information import information
from calends.rules.vocabulary import Language
from calends.systems.checking import check_entry, company_lines
from calends.systems.dataset import load_datasets
from tests.commands.conftest import Calends
from tests.conftest import Postgres

SHOP = Path(__file__).resolve().parents[2] / "examples/velo-bleu"
PUT_IN = re.compile(r"^  # (- id: shop|  (?:name|kind|url|act_url|dataset): .*)$", re.MULTILINE)


@pytest.fixture
async def shop(
    postgres: Postgres, database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """The shop's database, with its two roles."""
    tables, roles = (SHOP / "shop.sql").read_text("utf-8").split("-- One role that only reads")
    await postgres.execute(tables, database)
    roles = roles.replace("velo_read", f"read_{database}").replace("velo_act", f"act_{database}")
    await postgres.execute(f"-- {roles}", database)
    for name, role in (("SHOP_URL", "read"), ("SHOP_ACT_URL", "act")):
        monkeypatch.setenv(name, postgres.url(database, "postgresql", f"{role}_{database}"))
    yield
    for role in ("read", "act"):
        await postgres.execute(
            f"DROP OWNED BY {role}_{database}; DROP ROLE {role}_{database}", database
        )


@pytest.fixture
async def folder(calends: Calends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new company whose shop is declared, without its data set yet."""
    folder = tmp_path / "velo-bleu"
    named = ("--name", "Vélo Bleu", "--email", "contact@velo-bleu.example")
    assert (await calends("new", str(folder), *named)).code == 0
    company = folder / "company.yml"
    company.write_text(PUT_IN.sub(r"  \1", company.read_text("utf-8")), "utf-8")
    monkeypatch.delenv("CALENDS_COMPANY_FILE")
    return folder


async def test_a_draft_is_named_as_its_database_and_says_what_comes_next(
    calends: Calends, folder: Path, shop: None, database: str
) -> None:
    draft = folder / "datasets/shop.yml"
    ran = await calends("systems", "draft", "${SHOP_URL}", "-o", str(draft))
    assert (ran.code, ran.err) == (0, "")
    assert "calends systems check" in ran.out
    assert load_datasets([draft]).keys == (database,)


async def test_a_draft_left_as_it_is_is_told_what_is_missing(
    calends: Calends, folder: Path, shop: None
) -> None:
    draft = str(folder / "datasets/shop.yml")
    await calends("systems", "draft", "${SHOP_URL}", "-o", draft)
    ran = await calends("systems", "check", "--company", str(folder / "company.yml"))
    assert ran.code == 0
    assert "no purpose: " in ran.out
    assert "meta: {purpose: …}, one of customers, prospecting, " in ran.out
    assert "no title: " in ran.out


async def test_the_corrected_data_set_has_no_error_in_the_new_company(
    calends: Calends, folder: Path, shop: None
) -> None:
    shutil.copy(SHOP / "datasets/shop.yml", folder / "datasets/shop.yml")
    ran = await calends("systems", "check", "--company", str(folder / "company.yml"))
    assert (ran.code, ran.err) == (0, "")
    assert "no purpose" not in ran.out
    # `customers` is UNSET in a new file: a human decides there, with or without a date.
    assert "no start" not in ran.out


def test_what_a_law_keeps_and_nothing_can_mark_is_an_error_before_any_erasure(
    folder: Path,
) -> None:
    text = (SHOP / "datasets/shop.yml").read_text("utf-8")
    path = folder / "datasets/shop.yml"
    path.write_text(
        text.replace("on_archive:\n            set: {archived: true}", "provided: inferred"),
        "utf-8",
    )
    lines = list(company_lines(load_company(folder / "company.yml"), load_datasets([path])))
    [line] = [line for line in lines if line.level == "error"]
    assert line.text == "shop.invoice: `accounting` keeps it, and nothing says how"
    assert "on_archive" in line.mend


def test_records_without_a_date_that_counts_are_told_beforehand(folder: Path) -> None:
    path = folder / "datasets/shop.yml"
    shutil.copy(SHOP / "datasets/shop.yml", path)
    file = folder / "company.yml"
    file.write_text(file.read_text("utf-8").replace("active: UNSET", "active: P3Y"), "utf-8")
    [line] = company_lines(load_company(file), load_datasets([path]))
    assert line.text.startswith("no start: shop.delivery_address, shop.purchase_line; ")


async def test_a_variable_that_is_not_set_is_an_error_that_says_where_to_set_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(SHOP / "datasets/shop.yml", folder / "datasets/shop.yml")
    monkeypatch.delenv("SHOP_URL", raising=False)
    company = load_company(folder / "company.yml")
    [line] = await check_entry(company, company.system("shop"))
    assert line.text == "environment variable SHOP_URL is not set"
    assert "export it where this command and the worker run" in line.mend


async def test_a_database_that_does_not_answer_is_one_line_with_its_mend(
    calends: Calends, tmp_path: Path
) -> None:
    ran = await calends("systems", "draft", f"postgresql://u@/shop?host={tmp_path}")
    assert (ran.code, ran.out) == (2, "")
    assert "(unreachable); mend: see that it runs" in ran.err


async def test_a_draft_that_cannot_be_written_is_one_line(
    calends: Calends, shop: None, tmp_path: Path
) -> None:
    ran = await calends("systems", "draft", "${SHOP_URL}", "-o", str(tmp_path / "none/shop.yml"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("none/shop.yml: No such file or directory\n")


@pytest.mark.parametrize("language", Language)
def test_a_recipient_whose_name_is_open_is_told_honestly(folder: Path, language: Language) -> None:
    facts = information(load_company(folder / "company.yml"), language, None)
    names = [recipient["name"] for recipient in facts["recipients"]]
    assert len(names) == 2
    assert "UNSET" not in str(facts)


async def test_letters_are_previewed_under_the_new_companys_head(
    calends: Calends, folder: Path, tmp_path: Path
) -> None:
    company, out = str(folder / "company.yml"), tmp_path / "preview"
    ran = await calends(
        "letters", "preview", "--company", company, "-o", str(out), "--language", "fr", "refusal"
    )
    assert ran.code == 0
    text = (out / "fr/refusal.txt").read_text("utf-8")
    assert "Vélo Bleu, responsable du traitement" in text
    assert "UNSET" not in text


@pytest.mark.parametrize("name", ["access", "erasure"])
async def test_the_requests_of_the_walk_are_read_as_what_they_are(
    calends: Calends, name: str
) -> None:
    ran = await calends("read", str(SHOP / f"{name}.eml"), "--json")
    assert ran.code == 0
    read = json.loads(ran.out)
    assert [demand["right"] for demand in read["demands"]] == [name.upper()]
    assert read["language"] == {"access": "fr", "erasure": "en"}[name]


def test_every_command_of_the_walk_exists() -> None:
    walk = (SHOP.parents[1] / "docs/getting-started.md").read_text("utf-8")
    called = set(re.findall(r"^\$ calends ([a-z]+)", walk, re.MULTILINE))
    assert called >= {"new", "company", "systems", "up", "task", "evidence"}
    assert called <= COMMANDS.keys()
