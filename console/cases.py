"""What the person's page asks of a running case, through Temporal."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any

from pydantic import BaseModel
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError as NoAnswer
from temporalio.service import RPCError, RPCStatusCode

from calends.rules.vocabulary import Right
from calends.vault.keys import KeyDestroyed
from workflows.messages import (
    ContactProved,
    GivenUp,
    InformationAdded,
    MailArrived,
    ProcessorAnswered,
)
from workflows.rights_request import RightsRequest

PATIENCE = timedelta(seconds=10)
"""How long a person waits for a worker before the page asks them to come back."""


class Proof(Enum):
    """What became of the proof."""

    TAKEN = "taken"
    CLOSED = "closed"
    """The case is over, or unknown to the server."""
    LATER = "later"
    """Nobody answered in time; the same proof may be given again."""


class Cases:
    def __init__(self, client: Client, patience: timedelta = PATIENCE) -> None:
        self._client, self._patience = client, patience

    async def prove_contact(self, case_id: str, update_id: str, purpose: str = "identity") -> Proof:
        """Tells the case that its person typed the code; the same `update_id` counts once."""
        proved = ContactProved(channel="page", purpose=purpose)
        return await self._told(case_id, RightsRequest.prove_contact, proved, update_id)

    async def document_added(self, case_id: str, document: str) -> Proof:
        """Tells the case of an identity document that is sealed already; each counts once."""
        added = InformationAdded(blob=document, document=True)
        return await self._told(case_id, RightsRequest.add_information, added, f"add-{document}")

    async def given_up(self, case_id: str, rights: list[Right]) -> Proof:
        """Tells the case that its person, whose control of the contact it knows, wants no answer
        on these rights any more; telling twice is telling once."""
        told = f"give-up-{'-'.join(sorted(rights))}"
        return await self._told(case_id, RightsRequest.give_up, GivenUp(rights=rights), told)

    async def _told(self, case_id: str, update: Any, message: BaseModel, update_id: str) -> Proof:
        case = self._client.get_workflow_handle(case_id)
        try:
            await case.execute_update(update, message, id=update_id, rpc_timeout=self._patience)
        except WorkflowUpdateFailedError:
            return Proof.CLOSED  # refused by the case's validator: over, or not theirs to ask
        except KeyDestroyed:
            return Proof.CLOSED  # shredded since the code was judged
        except (NoAnswer, RuntimeError):  # RuntimeError: not connected yet
            return Proof.LATER
        except RPCError as error:
            return Proof.CLOSED if error.status is RPCStatusCode.NOT_FOUND else Proof.LATER
        return Proof.TAKEN

    async def processor_answered(self, case_id: str, system: str) -> bool | None:
        """Tells the case that a processor has news; False when there is no such open case, None
        when it cannot be told now. Telling twice is telling once."""
        case = self._client.get_workflow_handle(case_id)
        try:
            await case.signal(
                RightsRequest.processor_answered,
                ProcessorAnswered(system=system),
                rpc_timeout=self._patience,
            )
        except KeyDestroyed:
            return False
        except RuntimeError:  # not connected yet
            return None
        except RPCError as error:
            return False if error.status is RPCStatusCode.NOT_FOUND else None
        return True

    async def message_arrived(self, case_id: str, inbox_id: str) -> bool:
        """Tells the case of a message in the inbox; False when it cannot be told now, and the
        starter will find the message there."""
        case = self._client.get_workflow_handle(case_id)
        try:
            await case.signal(
                RightsRequest.mail_arrived,
                MailArrived(inbox_id=inbox_id),
                rpc_timeout=self._patience,
            )
        except (RPCError, RuntimeError, KeyDestroyed):  # RuntimeError: not connected yet
            return False
        return True
