"""The fields of a posted form. The guard has bounded the body before anything is read here."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request

_MOST_FIELDS = 60


async def fields(request: Request) -> dict[str, str]:
    """Each field once, its last value; empty for a body that is no such form."""
    return {name: values[-1] for name, values in (await every_field(request)).items()}


async def every_field(request: Request) -> dict[str, list[str]]:
    """Each field with all its values, as checkboxes send them."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("application/x-www-form-urlencoded"):
        return {}
    try:
        body = (await request.body()).decode()
        return parse_qs(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:  # not UTF-8, or too many fields
        return {}
