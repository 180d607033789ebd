"""Declared data, read from dataset files: collections, fields, and the links between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import ValidationError

from calends.faults import unreadable, validated
from calends.problems import Problem
from calends.rules.vocabulary import Language
from calends.systems.fideslang import (
    CollectionMeta,
    CollectionYaml,
    DatasetFile,
    DatasetYaml,
    FieldFidesMeta,
    FieldMeta,
    FieldPath,
    FieldYaml,
    Masking,
    Provided,
    Reference,
)
from calends.systems.matching import BY_IDENTITY, Match

MAX_BYTES = 5_000_000
MAX_NODES = 200_000
"""Aliases let a small YAML file stand for a huge one; more values than this is refused."""


@dataclass(frozen=True)
class DeclaredField:
    path: FieldPath
    fides: FieldFidesMeta
    data_categories: tuple[str, ...]
    masking: Masking | None
    meta: FieldMeta

    @property
    def third_party(self) -> bool:
        return self.meta.third_party

    @property
    def match(self) -> Match:
        """How the values of an identity are compared."""
        return self.meta.match or BY_IDENTITY.get(self.fides.identity or "", "exact")

    @property
    def personal(self) -> bool:
        """It says something of a person: a `user` category, or it identifies one."""
        return self.fides.identity is not None or _says_user(self.data_categories)


@dataclass(frozen=True)
class Collection:
    """One table (or file, or list) of a dataset. `fields` holds nested fields too, flattened."""

    dataset: str
    table: str
    schema: str | None
    fields: tuple[DeclaredField, ...]
    data_categories: tuple[str, ...]
    after: tuple[str, ...]
    erase_after: tuple[str, ...]
    skipped: bool
    meta: CollectionMeta

    @cached_property
    def name(self) -> str:
        return f"{self.dataset}.{self.table}"

    @cached_property
    def by_path(self) -> Mapping[FieldPath, DeclaredField]:
        return {field.path: field for field in self.fields}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields that are not inside another one, as declared."""
        return tuple(field.path[0] for field in self.fields if len(field.path) == 1)

    @cached_property
    def personal(self) -> bool:
        """False for what is nobody's, such as a catalogue: exported for access, never erased."""
        return _says_user(self.data_categories) or any(field.personal for field in self.fields)

    def name_of(self, field: DeclaredField) -> str:
        """`<fides_key>.<collection>.<field>`"""
        return f"{self.name}.{'.'.join(field.path)}"

    def within(self, column: str) -> list[DeclaredField]:
        """The field of that name and all fields inside it."""
        return [field for field in self.fields if field.path[0] == column]

    @cached_property
    def documents(self) -> Mapping[str, Sequence[DeclaredField]]:
        """The fields that have declared fields inside -> all of these, and themselves."""
        return {n: inside for n in self.columns if len(inside := self.within(n)) > 1}

    def is_list(self, path: FieldPath) -> bool:
        """Whether the field is declared to hold several (`data_type: string[]`, `object[]`)."""
        field = self.by_path.get(path)
        return field is not None and (field.fides.data_type or "").endswith("[]")

    def title(self, language: Language) -> str:
        """What a letter calls these data; the collection's own name when nobody gave a title."""
        return self.meta.title[language] if self.meta.title else self.table

    def provided(self, field: DeclaredField) -> Provided | None:
        """Whether the person gave it (GDPR 20); a field says so for itself, else its collection."""
        return field.meta.provided or self.meta.provided

    @property
    def acts_declared(self) -> bool:
        return bool(self.meta.on_erasure or self.meta.written_fields())


class Datasets:
    """All datasets of one store, with unambiguous names. Raises Problem on a contradiction."""

    def __init__(self, collections: Iterable[Collection]) -> None:
        self._by_name: dict[str, Collection] = {}
        for collection in collections:
            if collection.name in self._by_name:
                raise Problem(f"collection {collection.name} is declared twice")
            self._by_name[collection.name] = collection
        self.keys = tuple(dict.fromkeys(c.dataset for c in self))
        for collection in self:
            self._check(collection)

    def __iter__(self) -> Iterator[Collection]:
        return iter(self._by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def collection(self, name: str) -> Collection:
        """The declaration of `<fides_key>.<collection>`. Raises Problem when there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            raise Problem(f"no collection {name!r:.200} is declared") from None

    def identities(self) -> list[str]:
        """Every kind of identity by which some collection can be searched."""
        found = (field.fides.identity for c in self for field in c.fields)
        return list(dict.fromkeys(name for name in found if name))

    def elsewhere(self) -> list[tuple[str, str]]:
        """Links to datasets of other stores (from, to), which no walk in this store follows."""
        return [
            (f"{c.name}.{'.'.join(field.path)}", f"{r.dataset}.{r.field}")
            for c in self
            for field in c.fields
            for r in field.fides.references
            if r.dataset not in self.keys
        ]

    def _check(self, collection: Collection) -> None:
        for field in collection.fields:
            for reference in field.fides.references:
                self._check_reference(collection, field, reference)
        named = [collection.meta.start] if collection.meta.start else []
        dated = collection.meta.events.values()
        for name in [*named, *dated, *collection.meta.written_fields()]:
            if name not in collection.columns:
                raise Problem(f"{collection.name}: meta names `{name}`, which is no field of it")
        for name in collection.meta.written_fields():
            if collection.by_path[(name,)].fides.read_only:
                raise Problem(f"{collection.name}: meta writes `{name}`, which is read_only")

    def _check_reference(
        self, collection: Collection, field: DeclaredField, reference: Reference
    ) -> None:
        if reference.dataset not in self.keys:
            return
        target = self._by_name.get(reference.collection)
        if target is None or reference.path not in target.by_path:
            where = f"{collection.name}.{'.'.join(field.path)}"
            raise Problem(f"{where} refers to {reference.field}, which is not declared")


def load_datasets(files: Sequence[Path]) -> Datasets:
    """Reads dataset files. Raises Problem with one line that names the file and the place."""
    collections = [collection for path in files for collection in _read(path)]
    return Datasets(collections)


def _read(path: Path) -> list[Collection]:
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise Problem(f"dataset {path}: larger than {MAX_BYTES} bytes")
        raw = yaml.safe_load(content)
    except OSError as error:
        raise Problem(f"dataset {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Problem(f"dataset {path}: {unreadable(error)}") from error
    if not isinstance(raw, dict):
        raise Problem(f"dataset {path}: must be a YAML mapping with a `dataset` list")
    _refuse_if_huge(path, raw)
    try:
        parsed = DatasetFile.model_validate(raw)
    except ValidationError as error:
        _, faults = validated(content, DatasetFile)
        raise Problem(f"dataset {path}: {faults[0]}") from error
    return [
        _collection(path, dataset, c) for dataset in parsed.dataset for c in dataset.collections
    ]


def _refuse_if_huge(path: Path, raw: object) -> None:
    count, waiting = 0, [raw]
    while waiting:
        value = waiting.pop()
        count += 1
        if count > MAX_NODES:
            raise Problem(f"dataset {path}: more than {MAX_NODES} values once aliases are resolved")
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _collection(path: Path, dataset: DatasetYaml, declared: CollectionYaml) -> Collection:
    fields = tuple(_flatten(declared.fields, ()))
    paths = [field.path for field in fields]
    for field_path in paths:
        if paths.count(field_path) > 1:
            name = f"{dataset.fides_key}.{declared.name}.{'.'.join(field_path)}"
            raise Problem(f"dataset {path}: field {name} is declared twice")
    schema = dataset.fides.namespace.get("schema")
    return Collection(
        dataset=dataset.fides_key,
        table=declared.name,
        schema=str(schema) if schema else None,
        fields=fields,
        data_categories=(*dataset.data_categories, *declared.data_categories),
        after=tuple(declared.fides.after),
        erase_after=tuple(declared.fides.erase_after),
        skipped=bool(declared.fides.skip_processing),
        meta=declared.meta,
    )


def _flatten(fields: Sequence[FieldYaml], above: FieldPath) -> Iterable[DeclaredField]:
    for field in fields:
        path = (*above, field.name)
        yield DeclaredField(
            path=path,
            fides=field.fides,
            data_categories=tuple(field.data_categories),
            # Fides writes it under fides_meta; datasets in the wild also beside it.
            masking=field.fides.masking_strategy_override or field.masking_strategy_override,
            meta=field.meta,
        )
        yield from _flatten(field.fields, path)


def _says_user(categories: Sequence[str]) -> bool:
    return any(name == "user" or name.startswith("user.") for name in categories)
