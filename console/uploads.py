"""A form with files, read into bounded memory: nothing unsealed ever lies on a disk.

Where anybody may send, the form's first field is what lets the rest in: who has it not is turned
away after a few kilobytes, and takes none of the few places.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from console.desk.forms import every_field

_FORM_BYTES = 100_000
"""What the other fields of such a form may have."""
_STRANGER_BYTES = 16_000
_AT_ONCE = 4

Admits = Callable[[str], Awaitable[bool]]
"""Whether the value of the first field lets the rest in."""


class NotAdmitted(Exception):
    """The first field lets nobody in."""


@dataclass(frozen=True)
class Sent:
    every: dict[str, list[str]] = field(repr=False)
    """Each field with all its values."""
    files: tuple[bytes, ...] = field(repr=False)

    @property
    def file(self) -> bytes:
        return self.files[0] if self.files else b""

    def get(self, name: str) -> str:
        return self.every.get(name, [""])[-1]


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 30  # the stream is bounded; a spooled file would lie on disk unsealed


@cache
def _gate(loop: asyncio.AbstractEventLoop) -> asyncio.Semaphore:
    return asyncio.Semaphore(_AT_ONCE)


async def read_upload(
    request: Request, largest: int, *, most_files: int = 1, admits: Admits | None = None
) -> Sent:
    """Fields and files (together at most `largest` bytes) of a multipart form.

    Raises NotAdmitted; HTTPException 400 for what is no such form, 413 for more than that.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(400)
    async with AsyncExitStack() as places:
        reading = _Reading(request, largest + _FORM_BYTES, places, admits)
        parser = reading.parser = _InMemory(
            request.headers,
            reading.stream(),
            max_files=most_files,
            max_fields=40,
            max_part_size=_FORM_BYTES,
        )
        try:
            form = await parser.parse()
        except (MultiPartException, KeyError, ValueError) as error:
            raise HTTPException(400) from error
        if admits is not None:
            await reading.admit()
        sent = await _taken(form)
    if sum(map(len, sent.files)) > largest:
        raise HTTPException(413)
    return sent


async def read_form(request: Request, largest: int) -> Sent:
    """A form that may come with a file, or as browsers send one without. Raises HTTPException."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read_upload(request, largest)
    return Sent(await every_field(request), ())


class _Reading:
    """The body on its way to the parser."""

    def __init__(
        self, request: Request, most: int, places: AsyncExitStack, admits: Admits | None
    ) -> None:
        self._request, self._most = request, most
        self._places, self._admits = places, admits
        self._admitted = False
        self.parser: MultiPartParser | None = None

    async def stream(self) -> AsyncGenerator[bytes, None]:
        read = 0
        async for chunk in self._request.stream():
            read += len(chunk)
            if read > self._most:
                raise HTTPException(413)
            if not self._admitted:
                await self._look(read)
            yield chunk

    async def _look(self, read: int) -> None:
        """Between two chunks: is the first field there, and does it let in?"""
        if self._admits is None:
            if read > _FORM_BYTES:  # a form without a file waits for nobody's files
                await self.admit()
        elif self.parser is not None and self.parser.items:
            await self.admit()
        elif read > _STRANGER_BYTES:
            raise NotAdmitted

    async def admit(self) -> None:
        """Raises NotAdmitted; otherwise takes one of the places, once."""
        if self._admitted:
            return
        if self._admits is not None:
            first = self.parser.items[0][1] if self.parser and self.parser.items else ""
            if not isinstance(first, str) or not await self._admits(first):
                raise NotAdmitted
        self._admitted = True
        await self._places.enter_async_context(_gate(asyncio.get_running_loop()))


async def _taken(form: FormData) -> Sent:
    every: dict[str, list[str]] = {}
    files = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append(await value.read())
        else:
            every.setdefault(name, []).append(value)
    await form.close()
    return Sent(every, tuple(file for file in files if file))
