"""Tell whether faint writing on a page would be lost in its grain."""

from dataclasses import dataclass

from digitize.images import Page
from digitize.paper import contrast_of_print, noise_level, shrink
from digitize.records import Table


@dataclass(frozen=True, slots=True)
class VisibilitySettings:
    """How far print must stand out from the grain of the paper."""

    px_per_mm: float = 6.0  # at which contrast and grain are compared, whatever the resolution
    # Contrast of print by the standard deviation of the grain.  Below 5, rows filled in with a pen come out
    # blank or incomplete; the poorest of 60 bad scans had 8, office scans have 20 and more.
    min_contrast_to_noise: float = 5.5


SETTINGS = VisibilitySettings()


def is_lost_in_grain(page: Page, table: Table) -> bool:
    """Return whether the print of a table hardly stands out, so that a blank cell may be a written one."""
    if page.bitonal:
        return False
    rows, columns = table.box.clipped(page.width_px, page.height_px).slices()
    even = page.even[rows, columns]
    if even.size == 0:
        return False
    even = shrink(even, min(1.0, SETTINGS.px_per_mm / page.px_per_mm))
    return contrast_of_print(even) < SETTINGS.min_contrast_to_noise * noise_level(even)
