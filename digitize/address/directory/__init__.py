"""Postcodes, localities and cantons of Switzerland and Liechtenstein, and towns abroad."""

from digitize.address.directory.canton_changes import canton_on
from digitize.address.directory.foreign import ForeignPlaces, load_cities, load_foreign_places
from digitize.address.directory.postcodes import (
    CANTONS,
    LIECHTENSTEIN,
    Directory,
    Locality,
    Name,
    load_directory,
)
from digitize.address.directory.spelling_key import fold, key

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
