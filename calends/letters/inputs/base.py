"""What all inputs share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(max_length=1_000)]
Count = Annotated[int, Field(ge=0)]


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
