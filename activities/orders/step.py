"""What every step of a case says."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class CaseStep(BaseModel):
    """One step of one case. `at` is the business instant (UTC): the workflow's now."""

    case_id: str
    at: datetime
    turn: int = 0
    """Number of the month of the demand that it serves: a right that is demanded again after its
    answer is carried out again."""

    def once(self, what: str) -> str:
        """The name of what is done once for this demand, and once more when it is made again."""
        return f"{what}:{self.turn}" if self.turn else what
