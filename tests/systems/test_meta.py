"""Our keys under `meta`: what each right sets, and what is said of a collection or a field."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calends.problems import Problem
from calends.systems.dataset import Collection, Datasets

Load = Callable[[str], Datasets]

PERSON = """
dataset:
  - fides_key: s
    collections:
      - name: person
        meta:
          auto_release: false
          issued_document: true
          provided: by_person
          statute: accounting
          on_restriction: {set: {state: restricted}}
          on_lift: {set: {state: active}}
          on_objection: {set: {research: false}}
          on_consent_withdrawal: {set: {consent: false}}
          on_prospecting_objection:
            email: {set: {mails: false}}
            phone: {set: {calls: false}}
        fields:
          - {name: id}
          - {name: state}
          - {name: research}
          - {name: consent}
          - {name: mails, meta: {provided: inferred, contact: true, bank: true}}
          - {name: calls}
"""


@pytest.fixture
def person(declared: Load) -> Collection:
    return declared(PERSON).collection("s.person")


def test_each_event_sets_what_its_key_declares(person: Collection) -> None:
    assert person.meta.marks("restriction") == {"state": "restricted"}
    assert person.meta.marks("lift") == {"state": "active"}
    assert person.meta.marks("objection") == {"research": False}
    assert person.meta.marks("consent_withdrawal") == {"consent": False}


def test_an_objection_to_prospecting_sets_its_channels_and_all_when_none_is_named(
    person: Collection,
) -> None:
    assert person.meta.marks("prospecting_objection", ["phone"]) == {"calls": False}
    assert person.meta.marks("prospecting_objection", ["post"]) == {}
    assert person.meta.marks("prospecting_objection") == {"mails": False, "calls": False}


def test_a_mark_without_channel_is_set_whatever_the_channel(declared: Load) -> None:
    plain = declared(
        "dataset: [{fides_key: s, collections: [{name: p, fields: [{name: mails}],"
        " meta: {on_prospecting_objection: {set: {mails: false}}}}]}]"
    ).collection("s.p")
    assert plain.meta.marks("prospecting_objection", ["post"]) == {"mails": False}


def test_every_field_that_some_right_sets_counts_as_written(person: Collection) -> None:
    assert sorted(person.meta.written_fields()) == [
        "calls",
        "consent",
        "mails",
        "research",
        "state",
    ]
    assert person.acts_declared


def test_a_field_says_for_itself_where_it_comes_from(person: Collection) -> None:
    assert person.provided(person.by_path[("mails",)]) == "inferred"
    assert person.provided(person.by_path[("id",)]) == "by_person"


@pytest.mark.parametrize(
    "meta",
    [
        "on_restriction: {set: {}}",
        "on_restriction: {set: {nothing_of_it: 1}}",
        "on_prospecting_objection: {fax: {set: {state: 1}}}",
        "on_prospecting_objection: {email: {state: 1}}",
        "on_prospecting_objection: {set: {state: 1}, email: {set: {state: 1}}}",
        "provided: perhaps",
        "on_consent_withdraw: {set: {state: 1}}",
    ],
)
def test_a_misspelt_key_is_one_problem_and_never_a_right_that_does_nothing(
    declared: Load, meta: str
) -> None:
    with pytest.raises(Problem) as caught:
        declared(
            "dataset: [{fides_key: s, collections: [{name: p, fields: [{name: state}],"
            f" meta: {{{meta}}}}}]}}]"
        )
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("key", "said"), [("acounting", "perhaps `accounting`"), ("zzz", "is known")]
)
def test_a_statute_that_nobody_knows_is_one_problem_when_the_file_is_read(
    declared: Load, key: str, said: str
) -> None:
    with pytest.raises(Problem, match=said):
        declared(PERSON.replace("statute: accounting", f"statute: {key}"))
