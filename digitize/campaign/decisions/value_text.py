"""Values of a row as one line of text, the way the trail keeps them, and back."""

from digitize.address.directory import CANTONS
from digitize.records import Place, Region, Row

PARTED = " / "


def place_text(place: Place | None) -> str:
    """`region / postcode / locality`, as a decision on the place says it; empty where nothing was read."""
    return "" if place is None else PARTED.join((str(place.region), place.postcode, place.locality))


def parted(text: str) -> tuple[str, str, str]:
    """Region, postcode and locality of such a text; what is left out is empty."""
    parts = [part.strip() for part in text.split(PARTED.strip(), 2)]
    region, postcode, locality = (*parts, "", "")[:3]
    return region, postcode, locality


def place_of(text: str) -> Place:
    """The place that a person decided on; there is no doubt about it."""
    region, postcode, locality = parted(text)
    country = "CH" if region in CANTONS else region if region == Region.LIECHTENSTEIN else ""
    return Place(region, postcode, locality, country, 1.0)


def region_of(row: Row) -> str:
    """The region under which a row is counted: a canton's letters or a `Region`."""
    region = str(row.place.region) if row.place else Region.UNKNOWN.value
    # A region outside the list is a fault elsewhere; it must not make a signature vanish.
    return region if region in CANTONS or region in set(Region) else Region.UNKNOWN.value


def value_of(row: Row, field: str) -> str:
    """What the row says in a field of a decision ("status", "name", "address", "canton")."""
    if field == "status":
        return row.status.value
    if field == "canton":
        return place_text(row.place)
    reading = row.name if field == "name" else row.address
    return reading.text if reading else ""
