"""The Temporal client: sealed payloads, one way to connect, one way to fail."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.service import RPCError

from calends.problems import Problem
from calends.settings import Settings
from calends.vault.codec import sealed_converter
from calends.vault.keys import Keyring


async def connect(settings: Settings, keyring: Keyring, *, lazy: bool = False) -> Client:
    """Raises Problem when the server is away; `lazy`: connects when first used, and what uses it
    then fails with RPCError, or RuntimeError before the first connection."""
    try:
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=sealed_converter(keyring),
            lazy=lazy,
        )
    except (RPCError, RuntimeError) as error:
        raise Problem(
            f"no Temporal server at {settings.temporal_address}; mend: `make up`, "
            "or set CALENDS_TEMPORAL_ADDRESS"
        ) from error
