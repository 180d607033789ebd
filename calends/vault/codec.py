"""The payload codec: everything a workflow carries is sealed under its case's key.

The workflow's id is the case's id, hence the key's; the serialization context tells it. What
belongs to no case (upkeep) is sealed under the engine's key. Failures are sealed too, because
the data converter encodes their messages and stacks as payloads.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import temporalio.converter
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from calends.vault.keys import ENGINE_KEY, Keyring

_ENCODING = b"binary/calends-sealed"


class CaseCodec(PayloadCodec, WithSerializationContext):
    def __init__(self, keyring: Keyring, key_id: str = ENGINE_KEY) -> None:
        self._keyring, self._key_id = keyring, key_id

    def with_context(self, context: SerializationContext) -> CaseCodec:
        workflow_id = None
        if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            workflow_id = context.workflow_id
        if workflow_id is None or not workflow_id.startswith("case-"):
            return CaseCodec(self._keyring)
        return CaseCodec(self._keyring, workflow_id)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        key = await self._keyring.get(self._key_id)
        return [
            Payload(
                metadata={"encoding": _ENCODING, "key": key.id.encode()},
                data=key.seal(payload.SerializeToString(), "payload"),
            )
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Raises KeyDestroyed for a shredded case, InvalidTag for changed bytes."""
        opened = []
        for payload in payloads:
            if payload.metadata.get("encoding") != _ENCODING:
                opened.append(payload)
                continue
            key = await self._keyring.get(payload.metadata["key"].decode())
            opened.append(Payload.FromString(key.open(payload.data, "payload")))
        return opened


def sealed_converter(keyring: Keyring) -> DataConverter:
    """Pydantic payloads, sealed, and failures whose texts are payloads too."""
    changes: dict[str, Any] = {
        "payload_codec": CaseCodec(keyring),
        "failure_converter_class": (
            temporalio.converter.DefaultFailureConverterWithEncodedAttributes
        ),
    }
    return dataclasses.replace(pydantic_data_converter, **changes)
