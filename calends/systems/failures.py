"""From what a database or a network says to a class of failure, without their words: those quote
values, and values are personal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from calends.systems.protocol import ActRefused, Failure, SystemFailed

# SQLSTATE: the class (two characters) or the whole code.
_STATES = {
    "08": Failure.UNREACHABLE,
    "0A000": Failure.BUSY,  # a statement prepared before the table changed: the next is well
    "28": Failure.DENIED,
    "3D": Failure.UNREACHABLE,
    "3F": Failure.MAPPING,
    "25006": Failure.DENIED,  # read-only transaction
    "40": Failure.BUSY,  # deadlock, serialization
    "42501": Failure.DENIED,
    "42P01": Failure.MAPPING,
    "42703": Failure.MAPPING,
    "53": Failure.BUSY,
    "55P03": Failure.BUSY,
    "57014": Failure.TIMEOUT,
    "57": Failure.UNREACHABLE,  # shutting down, terminated
}

# Numbers of MySQL and MariaDB.
_NUMBERS = {
    1044: Failure.DENIED,
    1045: Failure.DENIED,
    1142: Failure.DENIED,
    1143: Failure.DENIED,
    1698: Failure.DENIED,
    1792: Failure.DENIED,  # read-only transaction
    1049: Failure.UNREACHABLE,  # no such database
    1053: Failure.UNREACHABLE,  # shutting down
    2002: Failure.UNREACHABLE,
    2003: Failure.UNREACHABLE,
    2006: Failure.UNREACHABLE,
    2013: Failure.UNREACHABLE,
    1054: Failure.MAPPING,
    1146: Failure.MAPPING,
    1040: Failure.BUSY,
    1205: Failure.BUSY,
    1213: Failure.BUSY,
    1969: Failure.TIMEOUT,
    3024: Failure.TIMEOUT,
}

_SQLITE = {
    "SQLITE_CANTOPEN": Failure.UNREACHABLE,
    "SQLITE_NOTADB": Failure.SETTINGS,
    "SQLITE_READONLY": Failure.DENIED,
    "SQLITE_PERM": Failure.DENIED,
    "SQLITE_AUTH": Failure.DENIED,
    "SQLITE_BUSY": Failure.BUSY,
    "SQLITE_LOCKED": Failure.BUSY,
    "SQLITE_INTERRUPT": Failure.TIMEOUT,
}

_MUST_HOLD = "a column of it must hold a value"
_STILL_REFERS = "a record that is kept still refers to one to be erased"
_SAME = "two records of it would become the same"
_FORBIDDEN = "its rules forbid the new value"
_REFUSALS: dict[str | int, str] = {
    "23502": _MUST_HOLD,
    "23503": _STILL_REFERS,
    "23505": _SAME,
    "23514": _FORBIDDEN,
    1048: _MUST_HOLD,
    1451: _STILL_REFERS,
    1062: _SAME,
    4025: _FORBIDDEN,
    "SQLITE_CONSTRAINT_NOTNULL": _MUST_HOLD,
    "SQLITE_CONSTRAINT_FOREIGNKEY": _STILL_REFERS,
    "SQLITE_CONSTRAINT_UNIQUE": _SAME,
    "SQLITE_CONSTRAINT_CHECK": _FORBIDDEN,
}
"""By SQLSTATE, by number of MySQL, by name of SQLite."""

_RAW = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    EOFError,
)
_UNREADABLE = (ValueError, ArithmeticError)
"""What a driver raises by itself: while connecting, and on a stored value that Python cannot
hold, such as a date before year 1."""


@contextmanager
def named(system: str) -> Iterator[None]:
    """Turns every failure of the database into SystemFailed or ActRefused. The cause is cut off:
    a traceback must not carry a person's data."""
    try:
        yield
    except IntegrityError as error:
        table = str(getattr(_driver_error(error), "table_name", None) or system)
        raise ActRefused(table, _refusal(error)) from None
    except (SQLAlchemyError, *_RAW, *_UNREADABLE) as error:
        raise SystemFailed(reason_of(error), system) from None


def reason_of(error: BaseException) -> Failure:
    if isinstance(error, TimeoutError):
        return Failure.TIMEOUT
    state = _state(error)
    if state is not None:
        found = _STATES.get(state) or _STATES.get(state[:2])
        return found or Failure.ERROR
    original = getattr(error, "orig", None) or error
    number = original.args[0] if getattr(original, "args", ()) else None
    if isinstance(number, int) and number in _NUMBERS:
        return _NUMBERS[number]
    name = "_".join(str(getattr(original, "sqlite_errorname", "")).split("_")[:2])
    if name in _SQLITE:
        return _SQLITE[name]
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Failure.UNREACHABLE
    return Failure.UNREACHABLE if isinstance(error, OSError | EOFError) else Failure.ERROR


def _refusal(error: IntegrityError) -> str:
    original = error.orig
    number = original.args[0] if original is not None and original.args else None
    name = getattr(original, "sqlite_errorname", None)
    for code in (_state(error), number, name):
        if isinstance(code, str | int) and code in _REFUSALS:
            return _REFUSALS[code]
    return "a constraint"


def _state(error: BaseException) -> str | None:
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None) or getattr(original, "pgcode", None)
    return state if isinstance(state, str) else None


def _driver_error(error: DBAPIError) -> BaseException | None:
    return error.orig.__cause__ if error.orig is not None else None
