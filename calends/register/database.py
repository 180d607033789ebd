"""The register's connection: one pool per process, plain transactions."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import (
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
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    def session(self) -> AsyncSession:
        """A session; nothing is kept unless the caller commits."""
        return self._sessions()

    async def close(self) -> None:
        await self.engine.dispose()
