from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.decision import Outcome
from calends.rules.portability import (
    FORMATS,
    DataSet,
    Origin,
    Portable,
    format_for,
    is_portable,
    may_transmit,
)
from calends.rules.vocabulary import Basis

PROVIDED = DataSet(Basis.CONTRACT, Origin.PROVIDED)
data_sets = st.builds(
    DataSet,
    st.sampled_from(Basis),
    st.none() | st.sampled_from(Origin),
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (PROVIDED, Portable.INCLUDED),
        (replace(PROVIDED, basis=Basis.CONSENT), Portable.INCLUDED),
        (replace(PROVIDED, origin=Origin.OBSERVED), Portable.INCLUDED),
        (replace(PROVIDED, origin=Origin.INFERRED), Portable.NOT_PROVIDED),
        (replace(PROVIDED, origin=Origin.FROM_OTHERS), Portable.NOT_PROVIDED),
        (replace(PROVIDED, basis=Basis.LEGAL_OBLIGATION), Portable.OTHER_BASIS),
        (replace(PROVIDED, basis=Basis.LEGITIMATE_INTEREST), Portable.OTHER_BASIS),
        (replace(PROVIDED, basis=Basis.UNSET), Portable.HUMAN),
        (replace(PROVIDED, origin=None), Portable.HUMAN),
        (replace(PROVIDED, automated=False), Portable.NOT_AUTOMATED),
        (replace(PROVIDED, speaks_of_others=True), Portable.RIGHTS_OF_OTHERS),
    ],
)
def test_only_what_the_person_provided_on_consent_or_contract_is_portable(
    data: DataSet, verdict: Portable
) -> None:
    assert is_portable(data).verdict is verdict


@given(data_sets)
def test_the_conditions_are_cumulative_and_what_is_left_out_stays_open_to_access(
    data: DataSet,
) -> None:
    found = is_portable(data)
    all_hold = (
        data.basis in (Basis.CONSENT, Basis.CONTRACT)
        and data.origin in (Origin.PROVIDED, Origin.OBSERVED)
        and data.automated
        and not data.speaks_of_others
    )
    assert (found.verdict is Portable.INCLUDED) == all_hold
    assert found.still_under_access != all_hold
    assert found.why.source


@pytest.mark.parametrize(
    ("wished", "given_"),
    [("csv", "csv"), (" JSON", "json"), (".csv", "csv"), ("pdf", "json"), ("", "json")],
)
def test_the_file_is_structured_whatever_was_wished(wished: str, given_: str) -> None:
    assert format_for(wished) == given_
    assert given_ in FORMATS


@pytest.mark.parametrize(
    ("feasible", "secure", "confirmed", "approved", "outcome"),
    [
        (True, True, True, True, Outcome.ACCEPT),
        (False, True, True, True, Outcome.REFUSE),
        (True, False, True, True, Outcome.REFUSE),
        (True, True, False, True, Outcome.ASK),
        (True, True, True, False, Outcome.HUMAN),
    ],
)
def test_data_go_to_another_controller_only_by_a_secure_way_to_a_confirmed_one(
    feasible: bool, secure: bool, confirmed: bool, approved: bool, outcome: Outcome
) -> None:
    found = may_transmit(
        feasible=feasible,
        secure_channel=secure,
        recipient_confirmed_by_person=confirmed,
        approved=approved,
    )
    assert found.outcome is outcome
