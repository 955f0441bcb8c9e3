"""Where a campaign keeps what was learned from it."""

from pathlib import Path

from digitize.campaign.store.shred import shred

FILE = "learned.npz"


def learned_model(folder: Path) -> str:
    """Return the absolute path of what was learned from the campaign in `folder`, empty if nothing was."""
    path = folder / FILE
    return str(path.resolve()) if path.is_file() else ""


def forget(folder: Path) -> bool:
    """Delete what was learned; return whether there was anything."""
    path = folder / FILE
    if not path.is_file():
        return False
    shred([path])
    return True
