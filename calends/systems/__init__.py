"""Declared systems: how a person is located in them, and how decided acts are carried out."""

from calends.systems.dataset import Collection, Datasets, load_datasets
from calends.systems.fideslang import CollectionMeta
from calends.systems.opening import open_system
from calends.systems.protocol import (
    Act,
    ActRefused,
    ActReport,
    Candidate,
    Change,
    Channel,
    CheckLine,
    Effect,
    Event,
    Failure,
    Order,
    Record,
    Seeds,
    System,
    SystemFailed,
)

__all__ = [
    "Act",
    "ActRefused",
    "ActReport",
    "Candidate",
    "Change",
    "Channel",
    "CheckLine",
    "Collection",
    "CollectionMeta",
    "Datasets",
    "Effect",
    "Event",
    "Failure",
    "Order",
    "Record",
    "Seeds",
    "System",
    "SystemFailed",
    "load_datasets",
    "open_system",
]
