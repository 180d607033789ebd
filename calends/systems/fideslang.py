"""The shapes of fideslang dataset YAML, with our own keys under `meta`.

Fides' keys are many and grow, so unknown ones are tolerated. Our keys decide what is destroyed,
so a misspelt one is an error.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from calends.company import Bilingual

FieldPath = tuple[str, ...]
"""A field's name, then the names inside it when it holds a document."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00]+$")]


def _empty_list(value: object) -> object:
    return [] if value is None else value


def _empty_mapping(value: object) -> object:
    return {} if value is None else value


Names = Annotated[list[Name], BeforeValidator(_empty_list)]


class _Fides(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Ours(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetFields(_Ours):
    """Fields and the values they are given: `{set: {field: value}}`."""

    values: dict[Name, str | bool | int | float | None] = Field(alias="set", min_length=1)


class CollectionMeta(_Ours):
    """Our keys under `meta` of a collection."""

    title: Bilingual | None = Field(None, description="what letters call these data")
    purpose: str = Field("", description="purpose id of the company file")
    retention: str = Field("UNSET", description="retention row id of the company file, or UNSET")
    start: str = Field("", description="field with the date from which retention counts")
    on_erasure: Literal["delete", "anonymise"] | None = None
    on_archive: SetFields | None = Field(None, description="how a kept record is restricted")
    drop_on_archive: Names = Field([], description="blanked when only a legal duty keeps it")
    on_prospecting_objection: SetFields | None = None

    def written_fields(self) -> list[str]:
        """Fields that some act sets."""
        marks = [m for m in (self.on_archive, self.on_prospecting_objection) if m is not None]
        return [*self.drop_on_archive, *(field for mark in marks for field in mark.values)]


class FieldMeta(_Ours):
    """Our keys under `meta` of a field."""

    third_party: bool = Field(False, description="may hold data of others: GDPR 15(4)")


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
