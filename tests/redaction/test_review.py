"""Decisions on what speaks of others: versioned, idempotent, never on a text that nobody read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.redaction.masking import mask, to_mask
from calends.redaction.redactor import Redactor, items
from calends.redaction.review import Decision, Item, Review, StaleReview, item_id
from calends.redaction.spans import Reason, Span
from calends.redaction.subject import subject_of
from calends.redaction.texts import Looked, subject_in, texts
from calends.rules.vocabulary import Language

SUBJECT = subject_of(names=["Jeanne Martin"])
NOTE = "Mme Martin et M. Durand sont venus hier"
VALUES = {"id": 7, "note": NOTE, "tags": [{"by": "Paul Legrand a appelé deux fois"}], "paid": True}
LOOKED = Looked(frozenset(), prose=True)


def found(values: dict[str, object] | None = None, looked: Looked = LOOKED) -> list[Item]:
    return list(items("crm", "s.note", {"id": 7}, values or VALUES, looked, SUBJECT))


def given_out(review: Review, looked: Looked = LOOKED, **values: object) -> dict[str, object]:
    redactor = Redactor(review, SUBJECT)
    return redactor.record("crm", "s.note", {"id": 7}, VALUES | values, looked)


def decision(item: Item, verdict: str, span: int = 0, **more: object) -> Decision:
    part = item.suspects[span]
    given = {"item": item.id, "start": part.start, "end": part.end, "verdict": verdict}
    return Decision.model_validate(given | more)


def test_items_say_where_and_why_and_hold_no_text() -> None:
    note, tag = found()
    assert note.place.path == ("note",)
    assert tag.place.path == ("tags", 0, "by")
    assert [NOTE[span.start : span.end] for span in note.suspects] == ["M. Durand"]
    assert "Durand" not in note.model_dump_json()


def test_a_declared_field_is_looked_at_even_when_nothing_is_suspect() -> None:
    (item,) = found({"id": 7, "score": 12}, Looked(frozenset({"score"}), prose=False))
    assert item.declared
    assert item.suspects == ()


def test_nothing_decided_masks_what_is_suspect() -> None:
    redactor = Redactor(Review(), SUBJECT)
    out = redactor.record("crm", "s.note", {"id": 7}, VALUES, LOOKED)
    assert out == VALUES | {
        "note": "Mme Martin et █████ sont venus hier",
        "tags": [{"by": "█████ a appelé deux fois"}],
    }
    assert redactor.masked == {
        ("crm", "s.note", Reason.NAME): 1,
        ("crm", "s.note", Reason.SOURCE): 1,
    }


def test_nothing_decided_withholds_a_declared_text_whole_and_numbers_too() -> None:
    looked = Looked(frozenset({"note", "score"}), prose=False)
    out = given_out(Review(), looked, score=12)
    assert (out["note"], out["score"], out["paid"]) == ("█████", "█████", True)


def test_a_reviewed_part_is_given_or_masked_as_decided() -> None:
    note, tag = found()
    review = Review().decided([decision(note, "give"), decision(tag, "mask")], seen_version=0)
    out = given_out(review)
    assert out["note"] == NOTE
    assert out["tags"] == [{"by": "█████ a appelé deux fois"}]


def test_a_decision_does_not_apply_to_a_text_that_changed_since() -> None:
    note, _ = found()
    review = Review(rest="give").decided([decision(note, "mask")], seen_version=0)
    assert given_out(review)["note"] != NOTE
    assert given_out(review, note=NOTE + "!")["note"] == NOTE + "!"
    assert item_id(note.place, NOTE) != item_id(note.place, NOTE + "!")


def test_the_smaller_part_counts_where_decisions_overlap() -> None:
    (item,) = found({"id": 7, "note": NOTE}, Looked(frozenset({"note"})))
    whole = Decision(item=item.id, start=0, end=item.length, verdict="mask")
    part = Decision(item=item.id, start=0, end=10, verdict="give")
    review = Review().decided([whole, part], seen_version=0)
    assert given_out(review, Looked(frozenset({"note"})))["note"] == "Mme Martin█████"


def test_the_same_decision_sent_twice_is_one_and_needs_no_new_version() -> None:
    note, _ = found()
    once = Review().decided([decision(note, "mask")], seen_version=0)
    assert once.version == 1
    assert once.decided([decision(note, "mask")], seen_version=0) is once


def test_who_decided_on_an_outdated_review_is_told_only_when_it_matters() -> None:
    note, tag = found()
    one = Review().decided([decision(note, "mask")], seen_version=0)
    two = one.decided([decision(tag, "give")], seen_version=0)  # another part: no conflict
    assert two.version == 2
    with pytest.raises(StaleReview):
        two.decided([decision(note, "give")], seen_version=0)
    changed = two.decided([decision(note, "give")], seen_version=2)
    assert len(changed.decisions) == 2
    with pytest.raises(StaleReview):
        two.decided([], seen_version=1, rest="give")


def test_open_items_are_those_with_an_undecided_part() -> None:
    everything = found() + found({"id": 8, "n": "x"}, Looked(frozenset({"n"})))
    review = Review()
    assert review.open_items(everything) == [item.id for item in everything]
    note, tag, declared = everything
    whole = Decision(item=declared.id, start=0, end=1, verdict="give")
    review = review.decided([decision(note, "mask"), whole], seen_version=0)
    assert review.open_items(everything) == [tag.id]


def test_a_review_is_read_back_as_it_was_written() -> None:
    review = Review().decided([decision(found()[0], "mask", by="dpo")], seen_version=0)
    assert Review.model_validate_json(review.model_dump_json()) == review


PARTS = st.tuples(st.integers(0, 20), st.integers(1, 10), st.sampled_from(["mask", "give"]))


@given(st.text(min_size=1, max_size=25), st.lists(PARTS, max_size=6))
def test_what_is_masked_is_what_the_smallest_decision_says(
    text: str, parts: list[tuple[int, int, str]]
) -> None:
    made = {
        (start, start + length): Decision.model_validate(
            {"item": "i", "start": start, "end": start + length, "verdict": verdict}
        )
        for start, length, verdict in parts
    }
    spans = to_mask([], list(made.values()), declared=False, rest="give", length=len(text))
    masked = {place for span in spans for place in range(span.start, span.end)}
    for place in range(len(text)):
        over = [d for d in made.values() if d.start <= place < d.end]
        smallest = min((d.end - d.start for d in over), default=0)
        verdicts = {d.verdict for d in over if d.end - d.start == smallest}
        if len(verdicts) == 1:
            assert (place in masked) == (verdicts == {"mask"})


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 39), st.integers(1, 9)), max_size=5))
def test_masking_leaves_nothing_of_the_masked_signs(
    text: str, parts: list[tuple[int, int]]
) -> None:
    spans = [Span(a, min(a + n, len(text)), Reason.NAME) for a, n in parts if a < len(text)]
    masked = {place for span in spans for place in range(span.start, span.end)}
    kept = "".join(sign for place, sign in enumerate(text) if place not in masked)
    assert mask(text, spans, "\0").replace("\0", "") == kept.replace("\0", "")


def test_a_text_deep_inside_a_document_is_looked_at() -> None:
    values = {"doc": {"a": [{"b": "Paul Durand a encore appelé"}]}}
    assert [path for path, _, _ in texts(values, LOOKED)] == [("doc", "a", 0, "b")]
    assert Language.FR  # labels exist in both languages


def test_the_person_is_known_by_the_fields_declared_as_theirs() -> None:
    from calends.systems.dataset import Collection, DeclaredField
    from calends.systems.fideslang import CollectionMeta, FieldFidesMeta, FieldMeta

    def field(name: str, category: str, **more: object) -> DeclaredField:
        meta = FieldMeta.model_validate(more.pop("meta", {}))
        return DeclaredField((name,), FieldFidesMeta.model_validate(more), (category,), None, meta)

    fields = (
        field("first", "user.name.first"),
        field("mail", "user.contact.email", identity="email"),
        field("phone", "user.contact.phone_number"),
        field("street", "user.contact.address.street"),
        field("friend", "user.name", meta={"third_party": True}),
        field("amount", "user.financial"),
    )
    data_set = Collection("s", "t", None, fields, (), (), (), False, CollectionMeta())
    values = {
        "first": "Zoé",
        "mail": "z@b.example",
        "phone": "06 12 34 56 78",
        "street": "3 rue du Bac",
        "friend": "Paul",
        "amount": "12",
    }
    known = subject_in([(data_set, values)], names=["Martin"])
    assert known.names == {"zoe", "martin"}
    assert known.emails == {"z@b.example"}
    assert known.phones == {"+33612345678"}
    assert known.addresses == {"3 rue du bac"}
