"""The search attributes of cases: one typed list, nothing personal in it.

They stand unencrypted in Temporal's visibility store. The SQL stores have columns for at most
ten Keyword and three of each other type.
"""

from __future__ import annotations

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

from calends.problems import Problem

RIGHTS = SearchAttributeKey.for_keyword_list("CalendsRights")
"""The rights demanded, `calends.rules.vocabulary.Right`."""

REFERENCE = SearchAttributeKey.for_keyword("CalendsReference")
"""The short human reference, `2026-00042-K7`."""

SAFE_DUE = SearchAttributeKey.for_datetime("CalendsSafeDue")
"""The instant (UTC) by which the case answers."""

ATTENTION = SearchAttributeKey.for_bool("CalendsAttention")
"""True while a human must look at the case."""

KEYS = (RIGHTS, REFERENCE, SAFE_DUE, ATTENTION)


async def register(client: Client, namespace: str) -> None:
    """Adds the missing attributes to the namespace, old or new; safe to repeat.

    `start-dev --search-attribute` counts only when the namespace is first made. Raises Problem
    when one is there with another type; temporalio.service.RPCError when the server cannot.
    """
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=namespace)
    )
    missing = AddSearchAttributesRequest(namespace=namespace)
    for key in KEYS:
        kind = IndexedValueType.ValueType(int(key.indexed_value_type))
        found = known.custom_attributes.get(key.name)
        if found is None:
            missing.search_attributes[key.name] = kind
        elif found != kind:
            raise Problem(f"search attribute {key.name} of {namespace} has another type than ours")
    if missing.search_attributes:
        await client.operator_service.add_search_attributes(missing)
