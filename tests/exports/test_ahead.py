"""Pieces made ahead are the same pieces, errors and all, and no thread is left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from calends.exports.ahead import PIECES, ahead


def numbered(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield b"%d" % number


@pytest.mark.parametrize("count", [0, 1, 7, 500])
def test_the_pieces_come_in_order(count: int) -> None:
    assert list(ahead(numbered(count))) == list(numbered(count))


def test_an_error_of_the_maker_is_raised_after_the_pieces_before_it() -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise OSError("disk full")

    pieces = ahead(broken())
    assert next(pieces) == b"one"
    with pytest.raises(OSError, match="disk full"):
        next(pieces)


@pytest.mark.parametrize("read", [1, PIECES + 3])
def test_a_reader_who_leaves_stops_the_maker(read: int) -> None:
    before, made = threading.active_count(), 0

    def endless() -> Iterator[bytes]:
        nonlocal made
        while True:
            made += 1
            yield b"x"

    pieces = ahead(endless())
    for _ in range(read):
        next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
    assert made <= read + 2 * PIECES + 2
