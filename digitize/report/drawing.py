"""Draw with matplotlib without leaving files behind, and write SVG that can stand in a page.

matplotlib is imported here only, and only when something is drawn.
"""

import io
import os
import re
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from digitize.errors import MissingProgram

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#1a1a1a"
QUIET = "#666666"
RULE = "#bbbbbb"
# One hue from light to dark: its order is seen by colour-blind people, and printed in grey.
STEPS = ("#ffffff", "#deebf7", "#b0cfe8", "#78aed6", "#3d85bf", "#0b4a86")
FULL = STEPS[-1]
LIGHT = "#9ecae1"
SMALL_PT, TEXT_PT = 7.5, 8.5
WIDTH_IN = 6.7  # between the margins of an A4 page
_SETTINGS = {
    "svg.fonttype": "path",  # looks the same whatever typefaces the reader has
    "svg.hashsalt": "digitize",  # the same figures give the same file
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": TEXT_PT,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": SMALL_PT,
    "ytick.labelsize": SMALL_PT,
}
_one_at_a_time = threading.Lock()  # settings of matplotlib belong to the process


@contextmanager
def new_figure(height_in: float) -> "Iterator[Figure]":
    """Yield an empty figure of the width of the page.  Raises MissingProgram without matplotlib."""
    with _one_at_a_time:
        matplotlib = _matplotlib()
        with matplotlib.rc_context(_SETTINGS):
            from matplotlib.figure import Figure  # noqa: PLC0415 (slow, and an extra)

            yield Figure(figsize=(WIDTH_IN, height_in), layout="constrained")


def as_svg(figure: "Figure", name: str, text: str) -> str:
    """Return a figure as an SVG element; `name` makes its ids unique, `text` says what it shows."""
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a title in a script that the typeface lacks
        figure.savefig(buffer, format="svg", metadata=nothing, transparent=True)
    element = buffer.getvalue()
    element = element[element.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>\s*", "", element, flags=re.DOTALL)
    element = re.sub(r'(\bid="|"#|url\(#)', rf"\g<1>{name}-", element)
    label = escape(text, quote=True)
    return element.replace("<svg", f'<svg role="img" aria-label="{label}"', 1).replace(
        ">", f"><title>{escape(text)}</title>", 1
    )


def _matplotlib() -> Any:
    """Import matplotlib; its list of typefaces goes to a temporary folder instead of the home folder."""
    before = os.environ.get("MPLCONFIGDIR")
    with tempfile.TemporaryDirectory(prefix="digitize-") as folder:
        os.environ["MPLCONFIGDIR"] = folder
        try:
            import matplotlib  # noqa: PLC0415
            import matplotlib.backends.backend_svg  # noqa: PLC0415
            import matplotlib.figure  # noqa: PLC0415
        except ImportError as error:
            raise MissingProgram(EXTRA_MISSING) from error
        finally:
            if before is None:
                del os.environ["MPLCONFIGDIR"]
            else:
                os.environ["MPLCONFIGDIR"] = before
    return matplotlib


EXTRA_MISSING = "Reports need further packages: install them with pip install 'digitize[report]'."
