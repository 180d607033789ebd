import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.identity import Contact, enough
from calends.rules.proof import AnswerTo, Evidence, Piece, Reached, answer_to, assurance_of
from calends.rules.vocabulary import Assurance

IA0, IA1, IA2, IA3 = Assurance
pieces = st.builds(Piece, st.sampled_from(Evidence), st.sampled_from(Contact))


def reached(*pieces: Piece) -> Assurance:
    return assurance_of(pieces).assurance


@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        (Evidence.FROM_HEADER, IA0),
        (Evidence.CODE_AT_CONTACT, IA1),
        (Evidence.AUTHENTICATED_REPLY, IA1),
        (Evidence.ACCOUNT, IA1),
        (Evidence.KNOWN_REFERENCE, IA0),
        (Evidence.REGISTERED_LETTER, IA2),
        (Evidence.POSTAL_ADDRESS, IA2),
        (Evidence.DOCUMENT_SEEN, IA3),
        (Evidence.IN_PERSON, IA3),
    ],
)
def test_each_evidence_has_its_level(evidence: Evidence, level: Assurance) -> None:
    assert reached(Piece(evidence)) is level


@pytest.mark.parametrize("contact", [Contact.UNKNOWN, Contact.SHARED, Contact.POSTAL])
@pytest.mark.parametrize(
    "evidence", [Evidence.CODE_AT_CONTACT, Evidence.AUTHENTICATED_REPLY, Evidence.ACCOUNT]
)
def test_control_of_a_contact_that_is_not_the_persons_own_on_file_proves_nothing(
    evidence: Evidence, contact: Contact
) -> None:
    assert reached(Piece(evidence, contact)) is IA0


def test_a_known_reference_is_a_second_factor_beside_a_controlled_contact() -> None:
    reference = Piece(Evidence.KNOWN_REFERENCE)
    assert reached(reference, Piece(Evidence.CODE_AT_CONTACT)) is IA2
    assert reached(reference, Piece(Evidence.CODE_AT_CONTACT, Contact.UNKNOWN)) is IA2
    assert reached(reference, Piece(Evidence.CODE_AT_CONTACT, Contact.SHARED)) is IA0
    assert reached(reference, Piece(Evidence.FROM_HEADER)) is IA0
    assert reached(reference, reference) is IA0


def test_without_evidence_nobody_is_known() -> None:
    assert assurance_of([]) == Reached(IA0, ())


@given(st.lists(pieces), pieces)
def test_more_evidence_never_proves_less_and_each_piece_is_accounted_for(
    some: list[Piece], more: Piece
) -> None:
    assert enough(reached(*some, more), reached(*some))
    named = {step.name for step in assurance_of(some).why}
    assert named == {str(piece.evidence) for piece in some}


@pytest.mark.parametrize(
    ("contact", "proved", "other", "postal", "document", "to"),
    [
        (Contact.ON_FILE, True, True, True, False, AnswerTo.WRITTEN_FROM),
        (Contact.ON_FILE, False, False, False, False, AnswerTo.NOWHERE),
        (Contact.UNKNOWN, True, True, True, False, AnswerTo.CONTACT_ON_FILE),
        (Contact.UNKNOWN, True, False, True, False, AnswerTo.POSTAL_ON_FILE),
        (Contact.UNKNOWN, True, False, False, False, AnswerTo.NOWHERE),
        (Contact.UNKNOWN, True, True, True, True, AnswerTo.WRITTEN_FROM),
        (Contact.UNKNOWN, False, True, True, True, AnswerTo.CONTACT_ON_FILE),
        (Contact.SHARED, True, False, True, True, AnswerTo.POSTAL_ON_FILE),
        (Contact.POSTAL, False, False, True, False, AnswerTo.POSTAL_ON_FILE),
    ],
)
def test_data_go_to_a_contact_on_file_and_to_a_new_address_only_after_a_document(
    contact: Contact, proved: bool, other: bool, postal: bool, document: bool, to: AnswerTo
) -> None:
    found = answer_to(
        contact,
        proved=proved,
        other_contact_on_file=other,
        postal_on_file=postal,
        document_seen=document,
    )
    assert found is to
