import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.approvers import Colleague, approver_for

DPO = Colleague("c1", frozenset({"dpo"}))
DEPUTY = Colleague("c2", frozenset({"deputy"}))
BOSS = Colleague("c3", frozenset({"management"}))
ALL = (BOSS, DEPUTY, DPO)
AWAY = (Colleague("c1", frozenset({"dpo"}), absent=True), DEPUTY, BOSS)

ids = st.sampled_from(["c1", "c2", "c3", "c4", "c5"])
colleagues = st.lists(
    st.builds(
        Colleague,
        ids,
        st.frozensets(st.sampled_from(["dpo", "deputy", "management", "agent"])),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda colleague: colleague.id,
)
some = st.sets(ids)


def test_the_role_decides_when_somebody_has_it() -> None:
    found = approver_for("dpo", ALL)
    assert (found.id, found.why.words) == ("c1", "dpo decides")
    assert approver_for("dpo", AWAY).why.words == "no dpo may: deputy decides"


def test_the_deputy_decides_for_who_is_away_and_management_after_the_deputy() -> None:
    assert approver_for("dpo", AWAY).id == "c2"
    assert approver_for("dpo", AWAY, requester="c2").id == "c3"


def test_when_nobody_may_decide_nobody_is_named() -> None:
    found = approver_for("dpo", AWAY, requester="c2", complained_of=["c3"])
    assert (found.id, found.why.value) == (None, "nobody")
    assert approver_for("management", (DPO,)).id is None


@pytest.mark.parametrize("how", ["requester", "complained_of", "decided_purposes", "acted"])
def test_nobody_decides_in_their_own_matter(how: str) -> None:
    value: object = "c1" if how == "requester" else ["c1"]
    assert approver_for("dpo", ALL, **{how: value}).id == "c2"  # type: ignore[arg-type]


@given(colleagues, ids, some, some, some)
def test_who_is_named_is_there_fit_and_not_concerned(
    office: list[Colleague], requester: str, blamed: set[str], decided: set[str], acted: set[str]
) -> None:
    found = approver_for(
        "dpo",
        office,
        requester=requester,
        complained_of=blamed,
        decided_purposes=decided,
        acted=acted,
    )
    if found.id is not None:
        (one,) = (colleague for colleague in office if colleague.id == found.id)
        assert not one.absent
        assert one.roles & {"dpo", "deputy", "management"}
        assert found.id not in {requester} | blamed | decided | acted
