"""The end of every chain of the ledger, as its owner knows it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CompoundSelect, func, select, union_all

from calends.register.house_rows import ChainRow
from calends.register.models import CaseRow


def chain_heads() -> CompoundSelect[Any]:
    """Every chain that there is, a case's or the house's: id, name, number and hash of its end."""
    return union_all(
        select(
            CaseRow.id,
            func.coalesce(CaseRow.reference, CaseRow.id).label("name"),
            CaseRow.head_seq,
            CaseRow.head_hash,
        ),
        select(ChainRow.id, ChainRow.id, ChainRow.head_seq, ChainRow.head_hash),
    )
