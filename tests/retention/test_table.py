"""`calends retention table`: what is declared, and what is left to a human."""

from __future__ import annotations

import json

from calends.register.database import Register
from calends.rules.statutes import STATUTES
from tests.commands.conftest import Calends
from tests.retention.shop import Shop


async def test_every_row_says_what_it_keeps_and_what_no_row_keeps_is_named(
    calends: Calends, register: Register, shop: Shop
) -> None:
    ran = await calends("retention", "table", "--json")
    assert ran.code == 0, ran.err
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert {one["row"]: one["keeps"] for one in lines if "row" in one} == {
        "customer": ["shop.contact"],
        "quotes": ["shop.quote"],
        "invoices": ["shop.invoice"],
    }
    assert {one["collection"]: one["by_hand"] for one in lines if "collection" in one} == {
        "shop.survey": "no duration is set"
    }
    said = (await calends("retention", "table")).out
    assert (
        "customer: P3Y, archive P5Y from end_of_relationship (policy, row 2): shop.contact" in said
    )


async def test_the_library_gives_every_text_with_its_effect_and_how_surely_it_is_known(
    calends: Calends, register: Register, shop: Shop
) -> None:
    ran = await calends("retention", "table", "--library", "--json")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["statute"] for one in lines] == list(STATUTES)
    [accounting] = [one for one in lines if one["statute"] == "accounting"]
    assert (accounting["duration"], accounting["effect"]) == ("P10Y", "obligation")
    assert "C. com. L123-22" in accounting["source"]
