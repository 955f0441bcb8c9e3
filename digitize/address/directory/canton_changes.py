"""Places that changed their canton: a signature counts where its place lay when the petition ended."""

from datetime import date

# By place: its postcodes, the day of the change, the canton before it and since.  Facts of the Swiss commune
# register; the directory knows today's canton.
_MOVED = {
    "Moutier": (("2740",), date(2026, 1, 1), "BE", "JU"),
    "Clavaleyres": (("1595",), date(2022, 1, 1), "BE", "FR"),
}


def canton_on(day: date, canton: str, postcode: str, locality: str) -> str:
    """The canton in which a place lay on a day, given today's `canton`; `postcode` may be empty."""
    postcodes, since, before, after = _MOVED.get(locality, ((), day, "", ""))
    moved = canton == after and day < since and postcode in ("", *postcodes)
    return before if moved else canton
