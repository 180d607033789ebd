"""A system that is a processor's: it is asked in the OpenDSR shape, and answers when it is ready.

A search is a request for access. Until it is completed, `locate` raises PENDING, and asking again
asks for its status: the request's number comes from the case, so it is made once.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from calends.kinds import HttpSettings
from calends.problems import Problem
from calends.systems import opendsr
from calends.systems.connector import Connector, Opening, key_of, meets
from calends.systems.dataset import Collection
from calends.systems.guarded import GuardedClient
from calends.systems.protocol import (
    ActRefused,
    ActReport,
    CheckLine,
    Effect,
    Failure,
    Order,
    Record,
    Seeds,
    SystemFailed,
)
from calends.systems.records import record_of
from calends.systems.signer import signer_of
from calends.systems.walk import Criterion, Row, is_value, known_criteria, values_at

LONGEST_LINE = 100_000_000


class ProcessorSystem(Connector):
    def __init__(self, opening: Opening, verify: Any = True) -> None:
        super().__init__(opening)
        self._for_acts = opening.for_acts
        self._settings = s = HttpSettings.model_validate(dict(opening.settings))
        host = urlsplit(s.base_url).hostname or ""
        hosts = s.hosts or [host]
        self._client = GuardedClient(
            self.name, hosts, s.own_network, s.timeout_seconds, verify=verify
        )
        self._signer = signer_of(self.name, s, opening.folder)

    async def locate(self, seeds: Seeds, reference: str = "") -> AsyncGenerator[Record, None]:
        known = {k: [v for v in values if is_value(v)] for k, values in seeds.items()}
        known = {k: values for k, values in known.items() if values and "." not in k}
        if not known:
            raise Problem("no identity given: an e-mail address or another identity is needed")
        number = opendsr.request_id(self.name, "access", known, reference or uuid.uuid4())
        status = await self._requested("access", number, known, reference)
        if status.results_url is None:
            return
        seen: set[str] = set()
        async with aclosing(self._rows(status.results_url)) as rows:
            async for row in rows:
                record = self._record(row, known)
                mark = json.dumps([record.collection, record.key], sort_keys=True)
                if mark not in seen:
                    seen.add(mark)
                    yield record
                if len(seen) > self.row_limit:
                    raise SystemFailed(Failure.TOO_MANY, self.name)

    def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        """A processor is asked for a person, never for single rows."""
        raise NotImplementedError

    async def check_place(self) -> list[CheckLine]:
        """Asks for the status of a request that was never made: any answer of its own will do."""
        answer = await self._asked("GET", f"/{opendsr.request_id(self.name, 'check')}")
        lines = []
        if answer.status_code in (401, 403):
            lines.append(CheckLine("error", "it refuses the token", "renew `token`"))
        elif answer.status_code >= 500:
            lines.append(CheckLine("error", "it has trouble of its own", "ask its operator"))
        else:
            lines.append(CheckLine("ok", "it answers"))
        if self._signer is None:
            mend = "set `certificate` to the one it publishes"
            lines.append(CheckLine("warning", "its answers are not verified", mend))
        return lines

    async def close(self) -> None:
        await self._client.close()

    async def _requested(
        self, wanted: opendsr.RequestType, number: uuid.UUID, seeds: Seeds, reference: str
    ) -> opendsr.Status:
        """The status of the completed request. Raises SystemFailed (PENDING) until it is."""
        answer = await self._asked("GET", f"/{number}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            told_at = opendsr.callback_at(self._settings.callback_url, reference)
            body = opendsr.request_body(wanted, number, seeds, datetime.now(UTC), told_at)
            answer = await self._asked("POST", "", body)
            self._expect(answer, httpx.codes.CREATED, httpx.codes.ACCEPTED, httpx.codes.OK)
            answer = await self._asked("GET", f"/{number}")
        status = self._status(answer, number)
        if status.request_status == "cancelled":
            raise SystemFailed(Failure.ERROR, f"{self.name}: the request was cancelled")
        if status.request_status != "completed":
            raise SystemFailed(Failure.PENDING, self.name)
        return status

    def _status(self, answer: httpx.Response, number: uuid.UUID) -> opendsr.Status:
        self._expect(answer, httpx.codes.OK)
        try:
            return opendsr.read_status(answer.content, number)
        except ValueError:
            raise SystemFailed(Failure.ERROR, f"{self.name}: not a status") from None

    async def _asked(self, method: str, path: str, body: bytes = b"") -> httpx.Response:
        headers = {"Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        url = self._settings.base_url.rstrip("/") + path
        answer = await self._client.asked(method, url, self._with_token(headers), body)
        if self._signer is not None and answer.is_success:
            try:
                opendsr.verify(
                    answer.content,
                    answer.headers,
                    self._signer.certificate,
                    self._signer.domain,
                    datetime.now(UTC),
                )
            except opendsr.Unsigned:
                text = f"{self.name}: an answer without its signature"
                raise SystemFailed(Failure.DENIED, text) from None
        return answer

    def _expect(self, answer: httpx.Response, *wanted: int) -> None:
        if answer.status_code in wanted:
            return
        found = {401: Failure.DENIED, 403: Failure.DENIED, 429: Failure.BUSY, 503: Failure.BUSY}
        reason = found.get(answer.status_code)
        if reason is None:
            reason = Failure.UNREACHABLE if answer.status_code >= 500 else Failure.ERROR
        raise SystemFailed(reason, f"{self.name}: HTTP {answer.status_code}")

    def _with_token(self, headers: dict[str, str]) -> dict[str, str]:
        token = self._settings.token
        return {**headers, "Authorization": f"Bearer {token}"} if token else headers

    async def _rows(self, url: str) -> AsyncGenerator[dict[str, Any], None]:
        """JSON lines as they come; a JSON list is read whole, within the bound."""
        headers = self._with_token({"Accept": "application/x-ndjson, application/json"})
        async with self._client.streamed("GET", url, headers) as answer:
            self._expect(answer, httpx.codes.OK)
            whole = answer.headers.get("Content-Type", "").startswith("application/json")
            async for line in _lines(answer, b"" if whole else b"\n"):
                try:
                    found = json.loads(line)
                except (ValueError, RecursionError):
                    raise SystemFailed(Failure.ERROR, f"{self.name}: results not JSON") from None
                for row in found if isinstance(found, list) else [found]:
                    if not isinstance(row, dict):
                        raise SystemFailed(Failure.ERROR, f"{self.name}: results not rows")
                    yield row

    def _record(self, row: dict[str, Any], seeds: Seeds) -> Record:
        collections = list(self.datasets)
        said = row.pop("collection", None)
        if len(collections) > 1:
            collections = [c for c in collections if said in (c.table, c.name)]
        if len(collections) != 1:
            raise SystemFailed(Failure.MAPPING, f"{self.name}: a row of no declared collection")
        collection = collections[0]
        self._refuse_another_person(collection, row, seeds)
        values = {name: row.get(name) for name in collection.columns}
        return record_of(collection, key_of(collection, values), values)

    def _refuse_another_person(
        self, collection: Collection, row: dict[str, Any], seeds: Seeds
    ) -> None:
        """A row that names an identity of the kind asked for, and none of those asked for, is
        somebody else's: nothing of such an answer is passed on."""
        asked = [f for f in collection.fields if f.fides.identity in seeds]
        criteria = [c for f in asked for c in known_criteria(seeds, collection, f)]
        named = any(True for f in asked for _ in values_at(row, f.path))
        if named and not meets(row, criteria):
            raise SystemFailed(Failure.MAPPING, f"{collection.name}: a row of somebody else")

    async def carry_out(self, orders: Sequence[Order], reference: str = "") -> ActReport:
        """Erasure by one request for the person whom the records' keys name. Raises ActRefused
        for any other act, and when no part of a key is an identity; SystemFailed (PENDING) until
        the processor says that it is done. Its own word is the count."""
        if not orders:
            return ActReport(done={}, already=0)
        seeds = self._may_be_asked(orders)
        await self._requested("erasure", self._erasure(seeds, reference), seeds, reference)
        return ActReport(done=Counter(f"{order.collection}:erase" for order in orders), already=0)

    async def preview(
        self, orders: Sequence[Order], reference: str = ""
    ) -> AsyncGenerator[Effect, None]:
        """Asks how the request for erasure stands; makes none."""
        if not orders:
            return
        number = self._erasure(self._may_be_asked(orders), reference)
        answer = await self._asked("GET", f"/{number}")
        asked = answer.status_code != httpx.codes.NOT_FOUND
        done = asked and self._status(answer, number).request_status == "completed"
        for order in orders:
            yield Effect(order, "already" if done else "deleted", {})

    def _erasure(self, seeds: Seeds, reference: str) -> uuid.UUID:
        return opendsr.request_id(self.name, "erasure", seeds, reference)

    def _may_be_asked(self, orders: Sequence[Order]) -> Seeds:
        if not self._for_acts or any(order.act != "erase" for order in orders):
            raise ActRefused(self.name, "of a processor only erasure can be asked, where declared")
        return self._named_by(orders)

    def _named_by(self, orders: Sequence[Order]) -> Seeds:
        found: dict[str, set[str]] = {}
        for order in orders:
            collection = self.datasets.collection(order.collection)
            named = False
            for field in collection.fields:
                value = order.key.get(field.path[0]) if len(field.path) == 1 else None
                if field.fides.identity and is_value(value):
                    found.setdefault(field.fides.identity, set()).add(str(value))
                    named = True
            if not named:
                raise ActRefused(collection.name, "no identity is part of its primary key")
        return {kind: sorted(values) for kind, values in sorted(found.items())}


async def _lines(answer: httpx.Response, end: bytes) -> AsyncIterator[bytes]:
    """Parts of the answer that end so, or all of it; each within the bound."""
    kept = bytearray()
    async for part in answer.aiter_bytes():
        kept += part
        while end and (at := kept.find(end)) >= 0:
            line, kept = bytes(kept[:at]), kept[at + 1 :]
            if line.strip():
                yield line
        if len(kept) > LONGEST_LINE:
            raise SystemFailed(Failure.TOO_MANY, "a line of the results")
    if kept.strip():
        yield bytes(kept)
