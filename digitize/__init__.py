"""Count the signatures on scanned petition sheets.

    import digitize

    for page in digitize.read_scan("sheet.pdf"):
        ...
    digitize.run("scans/", "friday")
    with digitize.open_campaign("friday") as campaign:
        totals = campaign.totals()

The functions and types listed in `__all__` are the public API; everything else may change without notice.
They are imported when they are first used, so that `import digitize` itself is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitize.api import (
        Campaign,
        CampaignRow,
        PageResult,
        RegionTotal,
        open_campaign,
        read_scan,
        run,
        score,
    )
    from digitize.batch import Report
    from digitize.errors import DigitizeError
    from digitize.evaluation import Accuracy
    from digitize.records import Cell, Failure, PageKind, Place, Reading, Region, Role, Row, SheetPage, Status

__version__ = "0.2.0"

__all__ = [
    "Accuracy",
    "Campaign",
    "CampaignRow",
    "Cell",
    "DigitizeError",
    "Failure",
    "PageKind",
    "PageResult",
    "Place",
    "Reading",
    "Region",
    "RegionTotal",
    "Report",
    "Role",
    "Row",
    "SheetPage",
    "Status",
    "__version__",
    "open_campaign",
    "read_scan",
    "run",
    "score",
]


_MODULES = {
    "digitize.api": (
        "Campaign",
        "CampaignRow",
        "PageResult",
        "RegionTotal",
        "open_campaign",
        "read_scan",
        "run",
        "score",
    ),
    "digitize.batch": ("Report",),
    "digitize.errors": ("DigitizeError",),
    "digitize.evaluation": ("Accuracy",),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = next((module for module, names in _MODULES.items() if name in names), "digitize.records")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
