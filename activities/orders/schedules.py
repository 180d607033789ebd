"""What is done on schedules."""

from __future__ import annotations

from pydantic import BaseModel


class ArchiveHistories(BaseModel):
    limit: int = 50
