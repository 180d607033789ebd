"""A form with a file, read into bounded memory: nothing unsealed ever lies on a disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from functools import cache

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

_FORM_BYTES = 100_000
"""What the other fields of such a form may have."""
_AT_ONCE = 4


@dataclass(frozen=True)
class Sent:
    fields: dict[str, str] = field(repr=False)
    file: bytes = field(repr=False)


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 30  # the stream is bounded; a spooled file would lie on disk unsealed


@cache
def _gate(loop: asyncio.AbstractEventLoop) -> asyncio.Semaphore:
    return asyncio.Semaphore(_AT_ONCE)


async def read_upload(request: Request, largest: int) -> Sent:
    """Fields and the one file (at most `largest` bytes) of a multipart form.

    Raises HTTPException 400 for what is no such form, 413 for more than that.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(400)
    async with _gate(asyncio.get_running_loop()):
        parser = _InMemory(
            request.headers,
            _bounded(request, largest + _FORM_BYTES),
            max_files=1,
            max_fields=20,
            max_part_size=_FORM_BYTES,
        )
        try:
            form = await parser.parse()
        except (MultiPartException, KeyError, ValueError) as error:
            raise HTTPException(400) from error
        fields, file = {}, b""
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                file = await value.read()
            else:
                fields[name] = value
        await form.close()
    if len(file) > largest:
        raise HTTPException(413)
    return Sent(fields, file)


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > most:
            raise HTTPException(413)
        yield chunk
