"""Warn if others may get at the names in a campaign."""

from pathlib import Path

import click

from digitize.cli.output import printable


def warn_if_exposed(folder: Path) -> None:
    """Print one warning for each way in which others may read the folder."""
    for sentence in sentences(folder):
        click.echo(printable(f"Warning: {sentence}"), err=True)


def sentences(folder: Path) -> list[str]:
    """Return what to say about each way in which others may read the folder."""
    from digitize.campaign.store.exposure import Exposure, exposures

    told = {
        Exposure.READABLE: f"every account of this machine can read {folder}, which holds names and "
        "addresses; choose a folder on a file system with access rights.",
        Exposure.SYNCHRONISED: f"{folder} lies in a folder that another program copies to other machines, "
        "names and addresses included; choose a folder that stays on this machine.",
    }
    return [told[each] for each in exposures(folder)]
