"""Every word of the desk, French and English side by side. Plain text, no markup.

`{name}` is filled in by the page; a text that counts has `_one` and `_many`.
"""

from __future__ import annotations

from calends.accounts.roles import Role
from console.desk.texts import door, frame

Catalogue = dict[str, tuple[str, str]]
"""Key -> French, English."""

PARTS: tuple[Catalogue, ...] = (frame.TEXTS, door.TEXTS)

TEXTS: Catalogue = {}
for _part in PARTS:
    _twice = TEXTS.keys() & _part.keys()
    assert not _twice, f"texts given twice: {_twice}"
    TEXTS |= _part

FAMILIES: dict[str, tuple[str, ...]] = {
    "role_": tuple(f"{role}{part}" for role in Role for part in ("", "_hint")),
    "factor_": ("totp", "webauthn"),
    "user_": ("invited", "active", "disabled"),
    "passkey_": ("get", "get_lead", "create", "create_lead"),
    "set_up_": ("differ", "unfit", "void"),
    "account_": (
        "bad_email",
        "last_factor",
        "factor_removed",
        "saved",
        "password_set",
    ),
    "users_": ("bad_name", "taken", "bad_roles"),
}
"""Beginning of a key -> what may follow it: keys that pages put together from codes."""
