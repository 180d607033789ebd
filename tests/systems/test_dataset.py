"""Datasets as Fides users write them, with our keys; and all that is refused, in one line."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.problems import Problem
from calends.rules.vocabulary import Language
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.graph import Route

Load = Callable[[str], Datasets]

SMALL = """
dataset:
  - fides_key: shop
    an_unknown_key: {of: fides}
    fides_meta: null
    collections:
      - name: person
        fidesops_meta: {erase_after: [shop.bill], unknown: 1}
        meta: {title: {fr: les gens, en: the people},
               purpose: p, retention: r, start: since, on_erasure: anonymise,
               on_archive: {set: {state: kept, rank: 3}}, drop_on_archive: [phone],
               on_prospecting_objection: {set: {state: "no"}}}
        fields:
          - name: id
            fidesops_meta: {primary_key: True}
          - name: email
            data_categories: [user.contact.email]
            fides_meta: {identity: email, data_type: string, length: 40, redact: name}
            meta: {third_party: true}
          - {name: phone}
          - {name: state}
          - {name: rank}
          - {name: since, data_categories: null, fides_meta: null, fields: null}
      - name: bill
        fields:
          - {name: id, fides_meta: {read_only: true}}
"""


def test_every_shared_dataset_of_fides_loads(shared: Path) -> None:
    files = sorted((shared / "fides").glob("*.yml"))
    assert len(files) == 8
    for path in files:
        assert list(load_datasets([path]))


def test_all_shared_datasets_load_together(shared: Path) -> None:
    assert len(load_datasets(sorted((shared / "fides").glob("*.yml"))).keys) == 8


def test_fides_keys_in_both_spellings_and_our_keys_are_read(declared: Load) -> None:
    datasets = declared(SMALL)
    person = datasets.collection("shop.person")
    assert person.by_path[("id",)].fides.primary_key
    assert person.by_path[("email",)].fides.identity == "email"
    assert person.by_path[("email",)].third_party
    assert person.erase_after == ("shop.bill",)
    assert person.meta.on_archive is not None
    assert person.meta.on_archive.values == {"state": "kept", "rank": 3}
    assert (person.meta.purpose, person.meta.retention, person.meta.start) == ("p", "r", "since")
    assert datasets.collection("shop.bill").meta.retention == "UNSET"
    assert datasets.collection("shop.bill").meta.on_erasure is None


def test_letters_call_data_by_their_title_and_else_by_their_collection(declared: Load) -> None:
    datasets = declared(SMALL)
    person, bill = datasets.collection("shop.person"), datasets.collection("shop.bill")
    assert (person.title(Language.FR), person.title(Language.EN)) == ("les gens", "the people")
    assert bill.title(Language.FR) == "bill"


def test_a_catalogue_is_nobodys_and_an_identity_makes_a_collection_personal(shared: Path) -> None:
    datasets = load_datasets([shared / "fides/postgres_example_test_dataset.yml"])
    key = "postgres_example_test_dataset"
    nobodys = {c.table for c in datasets if not c.personal}
    assert nobodys == {"product", "order_item"}
    assert datasets.collection(f"{key}.service_request").personal


def test_nested_fields_are_flattened_with_their_path(shared: Path) -> None:
    path = shared / "fides/example_field_masking_override_test_dataset.yml"
    customer = load_datasets([path]).collection("field_masking_override_test_dataset.customer")
    assert ("address", "city") in customer.by_path
    assert "city" not in customer.columns
    state = customer.by_path[("address", "state")].masking
    assert state is not None
    assert state.strategy == "null_rewrite"


def test_what_no_identity_leads_to_is_listed(shared: Path) -> None:
    def unreachable(name: str, *kinds: str) -> list[str]:
        return Route(load_datasets([shared / f"fides/{name}.yml"]), kinds).unreachable()

    orphan = "unreachable_with_data_categories"
    assert unreachable(f"graph_{orphan}", "email") == [f"{orphan}.address"]
    assert unreachable("graph_reachable_by_reference", "user_id") == []
    assert unreachable("graph_optional_identities", "email") == ["optional_identities.customer"]
    assert unreachable("graph_optional_identities", "email", "user_id") == []
    assert unreachable("graph_multiple_identities", "email") == []


WRONG = {
    "empty": "",
    "list": "- 1",
    "no datasets": "dataset: []",
    "dataset is text": "dataset: x",
    "no collections": "dataset: [{fides_key: a, collections: []}]",
    "fields are text": "dataset: [{fides_key: a, collections: [{name: t, fields: x}]}]",
    "no name": "dataset: [{fides_key: a, collections: [{name: t, fields: [{}]}]}]",
    "key with a space": SMALL.replace("fides_key: shop", "fides_key: my shop"),
    "broken yaml": "dataset: [",
    "control": "dataset: \x01",
    "tag": "dataset: !!python/object/apply:os.system ['false']",
    "deep": "[" * 20_000,
    "loop": "dataset: &a [{fides_key: a, collections: *a}]",
    "bomb": "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    + "\n".join(
        f"{n}: &{n} [{','.join([f'*{p}'] * 10)}]" for p, n in zip("abcdefg", "bcdefgh", strict=True)
    )
    + "\ndataset: *h",
    "misspelt meta": SMALL.replace("on_erasure:", "on_erazure:"),
    "misspelt act": SMALL.replace("anonymise", "anonymize"),
    "unknown field in set": SMALL.replace("{set: {state: kept", "{set: {stat: kept"),
    "unknown start": SMALL.replace("start: since", "start: sinc"),
    "read-only field written": SMALL.replace(
        "- {name: phone}", "- {name: phone, fides_meta: {read_only: true}}"
    ),
    "field twice": SMALL.replace("{name: rank}", "{name: phone}"),
    "collection twice": SMALL.replace("name: bill", "name: person"),
    "reference to nothing": SMALL.replace(
        "{name: phone}",
        "{name: phone, fides_meta: {references: [{dataset: shop, field: bill.nr}]}}",
    ),
    "reference without a field": SMALL.replace(
        "{name: phone}", "{name: phone, fides_meta: {references: [{dataset: shop, field: bill}]}}"
    ),
    "unknown direction": SMALL.replace(
        "{name: phone}",
        "{name: phone, fides_meta: {references: [{dataset: shop, field: bill.id, direction: up}]}}",
    ),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_dataset_is_one_clear_line(declared: Load, text: str) -> None:
    with pytest.raises(Problem) as problem:
        declared(text)
    assert len(str(problem.value).splitlines()) == 1
    assert len(str(problem.value)) < 500


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="No such file"):
        load_datasets([tmp_path / "none.yml"])


def test_links_to_another_systems_dataset_are_named_and_no_error(declared: Load) -> None:
    datasets = declared(
        SMALL.replace(
            "{name: phone}",
            "{name: phone, fides_meta: {references: [{dataset: other, field: x.y}]}}",
        )
    )
    assert datasets.elsewhere() == [("shop.person.phone", "other.x.y")]


KEYS = ["dataset", "fides_key", "collections", "name", "fields", "meta", "fides_meta"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(_JSON)
def test_any_document_loads_or_is_one_problem(document: object) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        file.write(json.dumps(document))
        file.flush()
        said = ""
        try:
            load_datasets([Path(file.name)])
        except Problem as problem:
            said = str(problem)
    assert len(said.splitlines()) <= 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_fault_of_a_dataset_has_its_line(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "d.yml"
    path.write_text(
        "dataset:\n- fides_key: s\n  collections:\n  - name: c\n    meta: {on_erasure: burn}\n"
        "    fields: []\n",
        encoding,
    )
    with pytest.raises(Problem, match=r"dataset\.0\.collections\.0\.meta\.on_erasure: .*\(line 5"):
        load_datasets([path])
