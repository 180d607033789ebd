"""Making the next piece while the last one is compressed: zlib leaves the interpreter to others."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator

PIECES = 8
"""Made at most ahead of the reader, so that memory stays bounded."""


class _End:
    """What the maker says last: the error that stopped it, or nothing."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def ahead(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces, made in a thread of their own. An error of theirs is raised here; a reader
    who leaves early stops the maker."""
    made: queue.Queue[bytes | _End] = queue.Queue(PIECES)
    left = threading.Event()
    maker = threading.Thread(target=_make, args=(pieces, made, left), daemon=True)
    maker.start()
    try:
        while not isinstance(piece := made.get(), _End):
            yield piece
        if piece.error is not None:
            raise piece.error
    finally:
        left.set()
        while not made.empty():  # a maker that waits for room goes on, and sees that we left
            made.get_nowait()
        maker.join()


def _make(pieces: Iterable[bytes], made: queue.Queue[bytes | _End], left: threading.Event) -> None:
    end = _End()
    try:
        for piece in pieces:
            if left.is_set():
                return
            made.put(piece)
    except BaseException as error:  # noqa: BLE001  handed to the reader, who raises it
        end = _End(error)
    if not left.is_set():
        made.put(end)
