"""The town behind an entry of the directory: many entries are offices of the post or of companies.

GeoNames lists postcodes of large customers as localities of their own: "Bern PostFinance", "St. Gallen
Mona Versand".  Nobody lives there; whoever is shown a place must see the town.
"""

from functools import cache

from digitize.address.directory.postcodes import Locality, load_directory


def town_of(locality: Locality) -> str:
    """Return the name of the town that a locality is an office of, otherwise its own name."""
    return town_named(locality.postcode, locality.name)


@cache
def town_named(postcode: str, name: str) -> str:
    """Return the same for the names of a place as they are stored with a row."""
    directory = load_directory()
    for locality in directory.by_postcode(postcode):
        if locality.name == name:
            shorter = (known.spelling for known in locality.names if _is_start(known.spelling, name))
            towns = [town for town in shorter if _is_town(town, locality)]
            return max(towns, key=len, default=name)
    return name


def _is_start(town: str, name: str) -> bool:
    """Return whether a name continues a town's with a word of its own: "Bern UBS", not "Muri b. Bern"."""
    rest = name.removeprefix(f"{town} ")
    return rest != name and rest[0].isupper() and len(rest) > 2  # two letters are those of a canton


def _is_town(town: str, office: Locality) -> bool:
    """Return whether there is a town of this name in the canton of the office."""
    cantons = {canton for canton, _ in office.cantons}
    return any(
        other.name == town and cantons & {canton for canton, _ in other.cantons}
        for other in load_directory().by_name(town)
    )
