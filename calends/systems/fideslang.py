"""The shapes of fideslang dataset YAML, with our own keys under `meta`.

Fides' keys are many and grow, so unknown ones are tolerated. Our keys decide what is destroyed,
so a misspelt one is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from calends.company import Bilingual
from calends.rules.phases import Activity
from calends.rules.statutes import STATUTES
from calends.systems.matching import Match
from calends.systems.protocol import Channel, Event

FieldPath = tuple[str, ...]
"""A field's name, then the names inside it when it holds a document."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00]+$")]


def _empty_list(value: object) -> object:
    return [] if value is None else value


def _empty_mapping(value: object) -> object:
    return {} if value is None else value


Names = Annotated[list[Name], BeforeValidator(_empty_list)]


def _known_statute(key: str) -> str:
    if key and key not in STATUTES:
        near = get_close_matches(key, STATUTES, 1)
        mend = f", perhaps `{near[0]}`" if near else " (list: calends/rules/statutes.py)"
        raise ValueError(f"no statutory text `{key:.40}` is known{mend}")
    return key


StatuteKey = Annotated[str, AfterValidator(_known_statute)]


class _Fides(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Ours(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Setting = str | bool | int | float | None
Provided = Literal["by_person", "observed", "inferred", "no"]
"""Where a datum comes from: portable are the first two (GDPR 20(1), WP242 rev.01)."""


class SetFields(_Ours):
    """Fields and the values they are given: `{set: {field: value}}`."""

    values: dict[Name, Setting] = Field(alias="set", min_length=1)


class ProspectingMarks(_Ours):
    """What an objection to prospecting sets: `{set: {…}}` whatever its channel, or one such
    mapping a channel, `{email: {set: {…}}, phone: {set: {…}}}` (GDPR 21(2)-(3))."""

    always: SetFields | None = None
    by_channel: dict[Channel, SetFields] = {}

    @model_validator(mode="before")
    @classmethod
    def _both_forms(cls, given: object) -> object:
        if not isinstance(given, dict) or not given:
            return given
        return {"always": given} if "set" in given else {"by_channel": given}

    def values(self, channels: Sequence[Channel] = ()) -> dict[str, Setting]:
        """The fields to set for these channels; for none named, of every channel. A mark without
        channel is set in any case: the right is absolute, so in doubt the wider reading."""
        marks = [self.always] if self.always else []
        marks += [m for name, m in self.by_channel.items() if not channels or name in channels]
        return {field: value for mark in marks for field, value in mark.values.items()}


class CollectionMeta(_Ours):
    """Our keys under `meta` of a collection."""

    title: Bilingual | None = Field(None, description="what letters call these data")
    purpose: str = Field("", description="purpose id of the company file")
    retention: str = Field("UNSET", description="retention row id of the company file, or UNSET")
    start: str = Field("", description="field with the date from which retention counts")
    events: dict[Activity, Name] = Field(
        {},
        description="what happened -> field with its date",
    )
    on_erasure: Literal["delete", "anonymise"] | None = None
    on_archive: SetFields | None = Field(None, description="how a kept record is restricted")
    drop_on_archive: Names = Field([], description="blanked when only a legal duty keeps it")
    archive_into: str = Field(
        "",
        pattern=r"^([^.\x00]+\.)?[^.\x00]+$|^$",
        description="table (`schema.name`) of the same columns that a kept record is moved to",
    )
    on_restriction: SetFields | None = Field(None, description="GDPR 18(1); recital 67")
    on_lift: SetFields | None = Field(None, description="what ends a restriction")
    on_objection: SetFields | None = Field(None, description="GDPR 21(1), upheld")
    on_prospecting_objection: ProspectingMarks | None = None
    on_consent_withdrawal: SetFields | None = Field(None, description="GDPR 7(3)")
    auto_release: bool | None = Field(
        None, description="may be disclosed unreviewed; None: as its system says"
    )
    issued_document: bool = Field(
        False, description="an accounting document: never altered (C. com. L123-22)"
    )
    provided: Provided | None = Field(None, description="portability; None: not said")
    statute: StatuteKey = Field(
        "", description="key of the statutory library that obliges to keep it"
    )
    unreachable_because: str = Field("", description="why no identity has to lead here")

    def marks(self, event: Event, channels: Sequence[Channel] = ()) -> dict[str, Setting]:
        """The fields that the event sets; none when it is not declared."""
        if event == "prospecting_objection":
            per_channel = self.on_prospecting_objection
            return per_channel.values(channels) if per_channel else {}
        declared: dict[Event, SetFields | None] = {
            "objection": self.on_objection,
            "consent_withdrawal": self.on_consent_withdrawal,
            "restriction": self.on_restriction,
            "lift": self.on_lift,
        }
        mark = declared[event]
        return dict(mark.values) if mark else {}

    def written_fields(self) -> list[str]:
        """Fields that some act sets."""
        archived = list(self.on_archive.values) if self.on_archive else []
        marked = [field for event in get_args(Event) for field in self.marks(event)]
        return list(dict.fromkeys([*self.drop_on_archive, *archived, *marked]))


class FieldMeta(_Ours):
    """Our keys under `meta` of a field."""

    third_party: bool = Field(False, description="may hold data of others: GDPR 15(4)")
    match: Match | None = Field(None, description="how values compare; None: as its identity says")
    region: str = Field(
        "FR", pattern="^[A-Z]{2}$", description="whose numbers may lack their prefix (`phone`)"
    )
    provided: Provided | None = Field(None, description="portability; None: as its collection")
    contact: bool = Field(False, description="a way to reach them: its change is confirmed there")
    bank: bool = Field(False, description="bank details: their change needs IA2 (GDPR 16)")


class Masking(_Fides):
    """How Fides masks a field; `configuration` depends on the strategy."""

    strategy: str
    configuration: Annotated[dict[str, Any], BeforeValidator(_empty_mapping)] = {}


class Reference(_Fides):
    """A link between two fields. `from`: the other field's values flow into this one; `to`: this
    field's values flow into the other; absent: both."""

    dataset: Name
    field: Annotated[str, StringConstraints(pattern=r"^[^.\x00]+(\.[^.\x00]+)+$")]
    direction: Literal["from", "to"] | None = None

    @property
    def collection(self) -> str:
        return f"{self.dataset}.{self.field.split('.', 1)[0]}"

    @property
    def path(self) -> FieldPath:
        return tuple(self.field.split(".")[1:])


class FieldFidesMeta(_Fides):
    identity: Name | None = None
    primary_key: bool | None = None
    references: Annotated[list[Reference], BeforeValidator(_empty_list)] = []
    data_type: str | None = None
    length: Annotated[int, Field(ge=1)] | None = None
    masking_strategy_override: Masking | None = None
    read_only: bool | None = None
    redact: bool | str | None = None


class CollectionFidesMeta(_Fides):
    after: Names = []
    erase_after: Names = []
    skip_processing: bool | None = None


class DatasetFidesMeta(_Fides):
    namespace: Annotated[dict[str, Any], BeforeValidator(_empty_mapping)] = {}


_FIDES_META = AliasChoices("fides_meta", "fidesops_meta")


class FieldYaml(_Fides):
    name: Name
    data_categories: Names = []
    masking_strategy_override: Masking | None = None
    fides: Annotated[FieldFidesMeta, BeforeValidator(_empty_mapping)] = Field(
        FieldFidesMeta(), validation_alias=_FIDES_META
    )
    fields: Annotated[list[Self], BeforeValidator(_empty_list)] = []
    meta: Annotated[FieldMeta, BeforeValidator(_empty_mapping)] = FieldMeta()


class CollectionYaml(_Fides):
    name: Name
    data_categories: Names = []
    fields: list[FieldYaml] = Field(min_length=1)
    fides: Annotated[CollectionFidesMeta, BeforeValidator(_empty_mapping)] = Field(
        CollectionFidesMeta(), validation_alias=_FIDES_META
    )
    meta: Annotated[CollectionMeta, BeforeValidator(_empty_mapping)] = CollectionMeta()


class DatasetYaml(_Fides):
    fides_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,255}$")]
    data_categories: Names = []
    collections: list[CollectionYaml] = Field(min_length=1)
    fides: Annotated[DatasetFidesMeta, BeforeValidator(_empty_mapping)] = Field(
        DatasetFidesMeta(), validation_alias=_FIDES_META
    )


class DatasetFile(_Fides):
    dataset: list[DatasetYaml] = Field(min_length=1)
