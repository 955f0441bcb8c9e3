"""Postcodes, localities and cantons of Switzerland and Liechtenstein, and towns abroad."""

from digitize.regions.directory import CANTONS, LIECHTENSTEIN, Directory, Locality, Name, load_directory
from digitize.regions.fold import fold, key
from digitize.regions.foreign import ForeignPlaces, load_cities, load_foreign_places
from digitize.regions.moved import canton_on

__all__ = [
    "CANTONS",
    "LIECHTENSTEIN",
    "Directory",
    "ForeignPlaces",
    "Locality",
    "Name",
    "canton_on",
    "fold",
    "key",
    "load_cities",
    "load_directory",
    "load_foreign_places",
]
