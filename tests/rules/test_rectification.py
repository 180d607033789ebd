from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.rectification import CorrectionAsked, FieldKind, Way, how_to_rectify

FACT = CorrectionAsked(FieldKind.FACT)
anything = st.builds(
    CorrectionAsked,
    st.sampled_from(FieldKind),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("asked", "ways"),
    [
        (FACT, (Way.CHANGE,)),
        (replace(FACT, incomplete=True), (Way.COMPLETE,)),
        (replace(FACT, already_right=True), (Way.NOTHING,)),
        (replace(FACT, contested=True), (Way.ASK_EVIDENCE, Way.HUMAN)),
        (replace(FACT, contested=True, evidence_seen=True), (Way.HUMAN,)),
        (replace(FACT, contested=True, evidence_proportionate=False), (Way.HUMAN,)),
        (
            CorrectionAsked(FieldKind.CONTACT_DETAIL),
            (Way.CONFIRM_AT_OLD_CONTACT, Way.CHANGE),
        ),
        (
            CorrectionAsked(FieldKind.BANK_DETAIL, incomplete=True),
            (Way.CONFIRM_AT_OLD_CONTACT, Way.COMPLETE),
        ),
        (
            CorrectionAsked(FieldKind.ISSUED_VOUCHER),
            (Way.CORRECT_MASTER_DATA, Way.CORRECTIVE_DOCUMENT),
        ),
        (CorrectionAsked(FieldKind.OPINION), (Way.NOTE_DISAGREEMENT, Way.HUMAN)),
        (CorrectionAsked(FieldKind.OPINION, contested=True), (Way.NOTE_DISAGREEMENT, Way.HUMAN)),
    ],
)
def test_a_correction_is_made_the_way_its_field_allows(
    asked: CorrectionAsked, ways: tuple[Way, ...]
) -> None:
    assert how_to_rectify(asked).ways == ways


@given(anything)
def test_an_issued_voucher_is_never_altered_nor_an_opinion_and_every_way_has_its_source(
    asked: CorrectionAsked,
) -> None:
    found = how_to_rectify(asked)
    assert found.ways
    assert [step.value for step in found.why] == list(found.ways)
    assert all(step.source and step.words for step in found.why)
    if asked.kind in (FieldKind.ISSUED_VOUCHER, FieldKind.OPINION):
        assert Way.CHANGE not in found.ways
        assert Way.COMPLETE not in found.ways


@given(anything.filter(lambda asked: asked.evidence_seen or not asked.evidence_proportionate))
def test_evidence_is_not_asked_twice_nor_beyond_what_is_proportionate(
    asked: CorrectionAsked,
) -> None:
    assert Way.ASK_EVIDENCE not in how_to_rectify(asked).ways


@given(anything)
def test_no_contact_or_bank_detail_changes_before_the_old_contact_confirms(
    asked: CorrectionAsked,
) -> None:
    ways = how_to_rectify(asked).ways
    changes = {Way.CHANGE, Way.COMPLETE} & set(ways)
    if asked.kind in (FieldKind.CONTACT_DETAIL, FieldKind.BANK_DETAIL) and changes:
        assert ways[0] is Way.CONFIRM_AT_OLD_CONTACT
