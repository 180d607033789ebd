"""The register's connection: one pool per process, plain transactions."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)


class Register:
    """Opens sessions on the register. Close it before the event loop ends."""

    def __init__(self, url: str, *, pool_size: int = 10, ping: bool = True) -> None:
        """`ping`: ask a connection whether it lives before each use. Who retries anyway need not:
        a worker's steps are, and one failure renews the whole pool."""
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=20,
            pool_pre_ping=ping,
            hide_parameters=True,  # errors are logged; values are not
            json_serializer=_json,
            json_deserializer=orjson.loads,
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        # One statement needs no transaction around it: two round trips fewer.
        self._asked = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._readers = async_sessionmaker(self._asked, expire_on_commit=False)

    def session(self) -> AsyncSession:
        """A session; nothing is kept unless the caller commits."""
        return self._sessions()

    def reader(self) -> AsyncSession:
        """A session for single statements: each sees, and leaves, the register as it is then."""
        return self._readers()

    def asked(self) -> AsyncConnection:
        """A connection for single statements, without a session's book-keeping."""
        return self._asked.connect()

    async def close(self) -> None:
        await self.engine.dispose()


def _json(value: Any) -> str:
    """Keys may be words of the law, which are a kind of str."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
