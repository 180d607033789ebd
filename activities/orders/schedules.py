"""What is done on schedules."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class ArchiveHistories(BaseModel):
    limit: int = 50


class KeepFiles(BaseModel):
    """`at` is the instant (UTC) by which terms are judged: the workflow's now."""

    at: datetime


class KeepPhases(KeepFiles):
    """One system's turn."""

    system: str


class Kept(BaseModel):
    """How it went, in records."""

    system: str
    done: int = 0
    left: int = 0
