"""What a letter is made from: plain inputs that a case fills. No behaviour here.

Dates are days in the controller's time zone. Free texts are in the letter's language.
"""

from calends.letters.inputs.acts import (
    Change,
    ChannelStop,
    ContactChange,
    ErasureLine,
    ExcludedSet,
    HumanReview,
    NotChanged,
    ObjectionOutcome,
    PortableSet,
    PurgedSet,
    Remaining,
    RestrictedSet,
    WithdrawnConsent,
)
from calends.letters.inputs.base import Count, Line
from calends.letters.inputs.case import (
    AddedRight,
    CaseFacts,
    FurtherPoint,
    NotDone,
    PageAccess,
    Reason,
    RecipientNotice,
    SystemOutcome,
    Withheld,
)
from calends.letters.inputs.others import (
    DataSetRecipients,
    KnownBy,
    NamedRecipient,
    PostingOrder,
    RecipientOrder,
)

__all__ = [
    "AddedRight",
    "CaseFacts",
    "Change",
    "ChannelStop",
    "ContactChange",
    "Count",
    "DataSetRecipients",
    "ErasureLine",
    "ExcludedSet",
    "FurtherPoint",
    "HumanReview",
    "KnownBy",
    "Line",
    "NamedRecipient",
    "NotChanged",
    "NotDone",
    "ObjectionOutcome",
    "PageAccess",
    "PortableSet",
    "PostingOrder",
    "PurgedSet",
    "Reason",
    "RecipientNotice",
    "RecipientOrder",
    "Remaining",
    "RestrictedSet",
    "SystemOutcome",
    "WithdrawnConsent",
    "Withheld",
]
