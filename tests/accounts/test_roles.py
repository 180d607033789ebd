"""What a role may do, and which roles exclude each other."""

from __future__ import annotations

import pytest

from calends.accounts.directory import Profile, require_profile, require_roles
from calends.accounts.roles import ALLOWED, SEES_CONTENT, May, Role, User, conflict
from calends.problems import Problem


def user(*roles: Role, systems: tuple[str, ...] = ()) -> User:
    return User("user-1", "N", frozenset(roles), frozenset(systems))


CONTENT = (May.SEE_CASES, May.ACT, May.APPROVE, May.EXPORT_EVIDENCE, May.SEARCH_BY_HAND)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ENGINEER])
def test_who_runs_the_machine_reads_no_case(role: Role) -> None:
    assert not any(user(role).may(act) for act in CONTENT)


def test_whoever_sees_content_of_whatever_kind_is_not_made_by_an_admin() -> None:
    opens = (*CONTENT, May.DECODE)
    for role in Role:
        assert (role in SEES_CONTENT) is any(user(role).may(act) for act in opens)


def test_an_auditor_changes_nothing() -> None:
    assert ALLOWED[Role.AUDITOR] == {May.SEE_CASES, May.EXPORT_EVIDENCE, May.SEE_FIGURES}


def test_a_system_owner_sees_the_search_tasks_of_their_systems_and_no_other() -> None:
    owner = user(Role.SYSTEM_OWNER, systems=("paper",))
    assert owner.sees_task("system_owner", "paper")
    assert not owner.sees_task("system_owner", "crm")
    assert not owner.sees_task("dpo", "paper")
    assert not owner.sees_task("dpo", None)
    assert not owner.may(May.SEE_CASES)


@pytest.mark.parametrize("role", [Role.DPO, Role.DEPUTY, Role.APPROVER, Role.AUDITOR])
def test_who_sees_cases_sees_every_task(role: Role) -> None:
    assert user(role).sees_task("dpo", None)


def test_an_admin_cannot_make_change_or_reset_an_account_that_sees_cases() -> None:
    for role in Role:
        assert user(Role.ADMIN).may_manage(frozenset({role})) is (role not in SEES_CONTENT)


def test_a_dpo_manages_those_who_see_cases_and_not_those_who_run_the_machine() -> None:
    for role in Role:
        assert user(Role.DPO).may_manage(frozenset({role})) is (role in SEES_CONTENT)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DPO, Role.ADMIN}))
def test_nobody_else_manages_accounts(role: Role) -> None:
    assert not any(user(role).may_manage(frozenset({other})) for other in Role)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_an_admin_and_an_auditor_have_no_second_role(role: Role) -> None:
    assert conflict(frozenset({role})) == ""
    assert all(conflict(frozenset({role, other})) for other in set(Role) - {role})


def test_an_account_without_a_role_is_none() -> None:
    assert conflict(frozenset())


def test_only_a_system_owner_has_systems_and_at_least_one() -> None:
    require_roles(frozenset({Role.SYSTEM_OWNER}), frozenset({"crm"}))
    with pytest.raises(Problem):
        require_roles(frozenset({Role.SYSTEM_OWNER}), frozenset())
    with pytest.raises(Problem):
        require_roles(frozenset({Role.DPO}), frozenset({"crm"}))


@pytest.mark.parametrize("name", ["", " ", " a", "a\n", "a\x00", "x" * 101, "a\u202eb"])
def test_a_name_that_lists_could_not_show_is_refused(name: str) -> None:
    with pytest.raises(Problem):
        require_profile(Profile(name))


@pytest.mark.parametrize("email", ["a", "a@", "a@b@c", "a b@c.fr", "a@b.fr,c@d.fr", "a@b.fr\n"])
def test_an_address_that_is_none_or_more_than_one_is_refused(email: str) -> None:
    with pytest.raises(Problem):
        require_profile(Profile("A", email))
