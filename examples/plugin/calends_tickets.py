"""A connector: tickets, found by the address of the person who wrote them.

In the company file:

    - id: helpdesk
      kind: plugin
      dataset: datasets/helpdesk.yml
      plugin:
        name: tickets
        settings: {url: "https://helpdesk.example", token: "${HELPDESK_TOKEN}"}
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import httpx

from calends.systems.connector import Connector, Opening, meets
from calends.systems.dataset import Collection
from calends.systems.protocol import Failure, SystemFailed
from calends.systems.walk import Criterion, Row


class Tickets(Connector):
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)
        headers = {"Authorization": f"Bearer {opening.settings['token']}"}
        self._http = httpx.AsyncClient(base_url=str(opening.settings["url"]), headers=headers)

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        for criterion in criteria:
            value = str(criterion.value).encode("utf-8", "replace").decode()
            try:  # nothing personal in an address: it would stand in every log on the way
                answer = await self._http.post(
                    f"/{collection.table}/search", json={criterion.path[-1]: value}
                )
                found = answer.raise_for_status().json()
            except (httpx.HTTPError, ValueError):
                raise SystemFailed(Failure.UNREACHABLE, self.name) from None
            for values in found:
                if meets(values, [criterion]):  # whatever the tool makes of a wild card
                    yield self.row(collection, values)

    async def close(self) -> None:
        await self._http.aclose()
