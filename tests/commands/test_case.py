from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.desk.timeline import SENTENCES, sentence
from calends.desk.words import days_left, shown
from calends.register.database import Register
from tests.commands.conftest import Calends
from tests.commands.sample import put_case, put_letter, put_task


async def test_the_open_cases_are_listed_with_the_most_urgent_first(
    register: Register, calends: Calends
) -> None:
    young = await put_case(register, 1, age=timedelta(days=1))
    old = await put_case(register, 2, age=timedelta(days=9))
    closed = await put_case(register, 3, demands={"ERASURE": "answered"}, closed=True)
    await put_task(register, old)
    await put_task(register, old, state="done", outcome="release")
    ran = await calends("case", "list", "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["reference"] for row in rows] == [old.reference, young.reference]
    assert rows[0]["open_tasks"] == 1
    assert rows[0]["rights"] == ["ACCESS"]
    text = await calends("case", "list", "--all")
    assert str(closed.reference) in text.out
    assert "closed " in text.out


async def test_an_empty_register_says_so_in_words(register: Register, calends: Calends) -> None:
    ran = await calends("case", "list")
    assert (ran.code, ran.out, ran.err) == (0, "no open case\n", "")


async def test_a_case_is_shown_with_the_why_of_every_date_its_letters_and_its_ledger(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 7)
    await put_task(register, case, kind="mend_system", system="crm")
    await put_letter(register, case, "acknowledgment", state="refused", reason="SMTP 550")
    assert case.reference is not None
    ran = await calends("case", "show", case.reference.lower())
    assert (ran.code, ran.err) == (0, "")
    for step in case.clock["trace"]:
        assert step["words"] in ran.out
        assert step["source"] in ran.out
    assert "crm                   not searched" in ran.out
    assert "mend_system crm" in ran.out
    assert "refused (SMTP 550)" in ran.out
    assert "case opened for ACCESS [engine]" in ran.out
    assert (await calends("case", "show", case.id)).out == ran.out


@pytest.mark.parametrize(
    "typed", ["2026-00042-XX", "case-", "case-\x1b[31m", "../etc", "", "case-" + "f" * 5000]
)
async def test_what_names_no_case_is_one_line_and_exit_2(
    register: Register, calends: Calends, typed: str
) -> None:
    ran = await calends("case", "show", typed)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "\x1b" not in ran.err


async def test_a_register_without_tables_is_one_line_with_its_mend(
    postgres: object, calends: Calends, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setenv("CALENDS_DATABASE_URL", postgres.url(database))  # type: ignore[attr-defined]
    for command in (("case", "list"), ("task", "list"), ("audit",)):
        ran = await calends(*command)
        assert (ran.code, ran.out) == (2, "")
        assert "calends.register migrate" in ran.err


async def test_who_wrote_is_not_opened_with_a_master_key_made_for_the_occasion(
    register: Register, calends: Calends, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    case = await put_case(register, 1)
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", f"{tmp_path}/none.key")
    ran = await calends("case", "show", case.id, "--person")
    assert (ran.code, ran.out) == (2, "")
    assert "no master key" in ran.err


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-03-03", "1 day left"),
        ("2026-03-12", "10 days left"),
        ("2026-03-02", "due today"),
        ("2026-03-01", "1 day late"),
    ],
)
def test_days_are_counted_in_the_zone_of_the_controller(due: str, words: str) -> None:
    late_evening_in_utc = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert days_left(date.fromisoformat(due), "Europe/Paris", late_evening_in_utc) == words


@given(st.text())
def test_what_others_wrote_cannot_steer_the_terminal(text: str) -> None:
    said = shown(text)
    assert said.isprintable()
    assert "\n" not in said


@given(
    kind=st.sampled_from([*SENTENCES, "unheard_of"]),
    facts=st.fixed_dictionaries({}, optional={"system": st.text(), "reason": st.text()}),
)
def test_every_event_has_a_sentence_even_without_the_facts_that_are_expected(
    kind: str, facts: dict[str, str]
) -> None:
    assert sentence(kind, facts)
