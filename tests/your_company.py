"""Writes the table of keys in docs/your-company.md anew: `python -m tests.your_company`."""

from __future__ import annotations

import re
from pathlib import Path

from calends.company_keys import key_table

PAGE = Path(__file__).resolve().parents[1] / "docs/your-company.md"
TABLE = re.compile(r"^\| key \|.*?(?=^$)", re.MULTILINE | re.DOTALL)


def renewed(page: str) -> str:
    return TABLE.sub(lambda _: f"{key_table()}\n", page, count=1)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
