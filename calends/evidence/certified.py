"""The completeness certificates in an evidence file: each is the one that the ledger knows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from calends.evidence.canonical import Json, canonical
from calends.evidence.chain import EvidenceBroken, LedgerEvent

CERTIFIED = "completeness_certified"
"""The ledger event: `purpose` of the reply, `sha256` of the certificate's canonical JSON."""


def certificate_blob(purpose: str) -> str:
    """The blob that holds the certificate of a reply."""
    return f"certificate:{purpose}"


class Certificates:
    """The certificates of the section `case`, waiting for the ledger to confirm each."""

    def __init__(self) -> None:
        self._claimed: dict[str, str] = {}

    def claim(self, case: Mapping[str, Any]) -> None:
        """Of a shredded case there are none. Raises EvidenceBroken for what has not their form."""
        found: Json = case.get("certificates", {})
        if not isinstance(found, dict):
            raise EvidenceBroken("case", "its certificates are no mapping by reply")
        for purpose, certificate in found.items():
            digest = hashlib.sha256(canonical(certificate)).hexdigest()
            self._claimed[str(purpose)] = digest

    def add(self, event: LedgerEvent) -> None:
        if event.kind != CERTIFIED:
            return
        purpose = str(event.facts.get("purpose", ""))
        claimed = self._claimed.pop(purpose, None)
        if claimed is not None and claimed != event.facts.get("sha256"):
            raise EvidenceBroken(
                "case", f"the completeness certificate of {purpose} is not the ledger's"
            )

    def all_confirmed(self) -> None:
        for purpose in sorted(self._claimed):
            raise EvidenceBroken(
                "case", f"the ledger knows no completeness certificate of {purpose}"
            )
