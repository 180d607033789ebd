"""The ledger of a case in words: one sentence an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]


def sentence(kind: str, facts: Facts) -> str:
    """What one event says; a kind of event that is not known here is said by its code."""
    words = SENTENCES.get(kind)
    if words is None:
        return kind.replace("_", " ")
    try:
        return words(facts)
    except KeyError:  # an older version of this engine noted other facts
        return kind.replace("_", " ")


def _listed(items: Any) -> str:
    return ", ".join(str(item) for item in items) or "none"


def _counted(counts: Facts) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing"


def _searched(facts: Facts) -> str:
    state = facts["state"]
    if state == "found":
        return f"{facts['system']} searched: {facts['count']} records found"
    why = f" ({facts['reason']})" if facts["reason"] else ""
    return f"{facts['system']} searched: {state}{why}"


def _sender(facts: Facts) -> str:
    """What speaks for and against the sender of a message, where it is not what is usual."""
    sender = facts.get("sender") or {}
    odd = [caution.replace("_", " ") for caution in sender.get("cautions", [])]
    if sender.get("verdict") == "pass":
        odd.insert(0, "confirmed by our mail server")
    return f"; sender: {', '.join(odd)}" if odd else ""


def _carried_out(facts: Facts) -> str:
    left = f"; {facts['left']} still found afterwards" if facts["left"] else "; none found again"
    return f"{facts['system']}: {_counted(facts['done'])}{left}"


def _about(facts: Facts) -> str:
    return f"{facts['task_kind']}{' ' + facts['system'] if facts.get('system') else ''}"


SENTENCES: dict[str, Callable[[Facts], str]] = {
    "case_opened": lambda f: (
        f"case opened for {_listed(f['rights'])}"
        + (", to be triaged" if f["needs_triage"] else "")
        + _sender(f)
    ),
    "triaged": lambda f: f"demands set to {_listed(f['rights'])} ({f['why']})",
    "month_begun": lambda f: (
        f"a new month begins for {_listed(f['rights'])}, to {f['clock']['legal_due']}"
    ),
    "extension_decided": lambda f: (
        f"extended: {_listed(f['rights'])}; not extended: {_listed(f['refused'])}"
    ),
    "pause_begun": lambda f: "the time is paused: identity is awaited",
    "pause_ended": lambda f: f"the time runs again, to {f['clock']['legal_due']}",
    "joined": lambda f: f"joined to the case {f['case']}",
    "split": lambda f: f"split between {f['people']} people",
    "given_up": lambda f: f"the person gives up {_listed(f['rights'])}",
    "candidate_chosen": lambda f: (
        "a record may be the person's"
        + ("; its contact is asked" if f["can_be_asked"] else "; it has no contact to ask")
    ),
    "change_confirmed": lambda f: f"the old contact confirmed the change, by {f['channel']}",
    "document_destroyed": lambda f: (
        "identity document destroyed, " + (f"seen by {f['seen_by']}" if f["seen_by"] else "unseen")
    ),
    "consent_withdrawn": lambda f: f"consent withdrawn for {_listed(f['purposes'])}",
    "restricted": lambda f: "entered in the register of restrictions",
    "restriction_grounded": lambda f: f"restriction granted on {f['ground']}",
    "restriction_lifted": lambda f: "restriction lifted in the register",
    "marked": lambda f: f"{f['system']}: {f['mark']} set in {f['rows']} records",
    "rectification_drafted": lambda f: (
        f"rectification planned in {f['changes']} records; {f['documents']} issued documents stay"
    ),
    "rectification_approved": lambda f: f"rectification approved in {f['changes']} records",
    "notices_prepared": lambda f: f"recipients to tell: {_listed(f['recipients'])}",
    "notice_ended": lambda f: f"{f['recipient']}: {f['state']}",
    "letter_returned": lambda f: f"to be sent again: {f['purpose']}",
    "paged": lambda f: f"{f['level']} paged: {f['what']}",
    "erasure_replayed": lambda f: (
        f"{f['system']} erased again after a restore: {f['done']} records"
    ),
    "copy_fetched": lambda f: "the person fetched their copy",
    "page_locked": lambda f: "too many wrong codes: the link is closed",
    "hold_added": lambda f: "data put on hold",
    "completeness_certified": lambda f: f"where it was looked is certified: {f.get('purpose', '')}",
    "phases_need_a_human": lambda f: "retention waits for a human",
    "kept_purged": lambda f: f"kept until its day, then deleted: {f['system']}",
    "content_destroyed": lambda f: "content destroyed on its day",
    "case_shredded": lambda f: "the key of the case is destroyed",
    "hold_lifted": lambda f: "the hold on data is lifted",
    "phases_carried_out": lambda f: "retention carried out",
    "page_refused": lambda f: f"the right code under a link that is {f['why']}: refused",
    "link_revoked": lambda f: f"link revoked: {f['purpose']}",
    "link_opened_again": lambda f: f"link opened again: {f['purpose']}",
    "task_opened": lambda f: f"asked of a human: {_about(f)}, due {f['due'][:10]}",
    "task_claimed": lambda f: f"task taken: {f['task_kind']}",
    "task_done": lambda f: f"task done: {f['task_kind']}: {f['outcome']}",
    "task_withdrawn": lambda f: f"task no longer needed: {f['task'][:13]}",
    "plan_drafted": lambda f: f"erasure planned: {_counted(f['counts'])}",
    "plan_approved": lambda f: (
        "erasure plan approved" + (", undecided records too" if f["erase_undecided"] else "")
    ),
    "carried_out": _carried_out,
    "escalated": lambda f: f"told to {f['level']}: {f['what']}",
    "searched": _searched,
    "suppressed": lambda f: f"put on the suppression list ({_listed(f['channels'])})",
    "letter_written": lambda f: f"letter written: {f['purpose']}",
    "reply_composed": lambda f: f"reply composed: {f['purpose']}",
    "letter_sent": lambda f: f"letter sent: {f['purpose']}" + ("" if f["in_time"] else ", late"),
    "letter_refused": lambda f: f"letter refused: {f['purpose']} ({f['reason']})",
    "message_joined": lambda f: (
        "a further message came"
        + (" and proved the contact" if f["proves_contact"] else "")
        + _sender(f)
    ),
    "identified": lambda f: f"person identified at {f['assurance']}, by {f['channel']}",
    "task_given_back": lambda f: f"task given back: {f['task_kind']}",
    "decision_proposed": lambda f: f"proposed: {f['task_kind']}: {f['outcome']}",
    "decision_made": lambda f: f"decided: {f['task_kind']}: {f['outcome']}",
    "decision_confirmed": lambda f: (
        f"confirmed by a second person: {f['task_kind']}: {f['outcome']}"
    ),
    "decision_taken_back": lambda f: f"taken back: {f['task_kind']}: {f['outcome']}",
    "review_decided": lambda f: f"what speaks of others reviewed: {f['parts']} parts",
    "own_words_written": lambda f: f"own words in {f['purpose']}: {f['characters']} characters",
    "looked_at": lambda f: f"looked at: {f['what']}",
    "person_seen": lambda f: "name and address looked at",
    "message_seen": lambda f: "the message's words looked at",
    "letter_bounced": lambda f: f"letter came back: {f['purpose']} {f['status']}".rstrip(),
    "case_closed": lambda f: f"case closed: {f['outcome']}",
}
