"""Values of a row as one line of text, as the audit log stores them, and back."""

from digitize.address.directory import CANTONS
from digitize.records import Place, Region, Row

SEPARATOR = " / "


def place_text(place: Place | None) -> str:
    """Return `region / postcode / locality`, the value of a decision on the place; "" for None."""
    return "" if place is None else SEPARATOR.join((str(place.region), place.postcode, place.locality))


def split_place_text(text: str) -> tuple[str, str, str]:
    """Return region, postcode and locality of such a text; missing parts are empty."""
    parts = [part.strip() for part in text.split(SEPARATOR.strip(), 2)]
    region, postcode, locality = (*parts, "", "")[:3]
    return region, postcode, locality


def place_of(text: str) -> Place:
    """Return the place that a person decided on, with confidence 1."""
    region, postcode, locality = split_place_text(text)
    country = "CH" if region in CANTONS else region if region == Region.LIECHTENSTEIN else ""
    return Place(region, postcode, locality, country, 1.0)


def region_of(row: Row) -> str:
    """Return the region under which a row is counted: the two letters of a canton or a `Region`."""
    region = str(row.place.region) if row.place else Region.UNKNOWN.value
    # Any other region is a fault elsewhere; the signature must be counted all the same.
    return region if region in CANTONS or region in set(Region) else Region.UNKNOWN.value


def value_of(row: Row, field: str) -> str:
    """Return the value of a row in the field of a decision ("status", "name", "address", "canton")."""
    if field == "status":
        return row.status.value
    if field == "canton":
        return place_text(row.place)
    reading = row.name if field == "name" else row.address
    return reading.text if reading else ""
