"""Where a campaign keeps what was learned from it."""

from pathlib import Path

FILE = "learned.npz"


def learned_model(folder: Path) -> str:
    """Return the absolute path of what was learned from the campaign in `folder`, empty if nothing was."""
    path = folder / FILE
    return str(path.resolve()) if path.is_file() else ""
