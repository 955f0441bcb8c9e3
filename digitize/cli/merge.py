"""`digitize merge`: two campaigns of one petition become one."""

from pathlib import Path

import click

from digitize.cli.debug import Command
from digitize.cli.exposure import warn_if_exposed
from digitize.cli.options import FOLDER
from digitize.cli.output import plural

DEFAULT_OUT = "merged"


@click.command(cls=Command)
@click.argument("first", metavar="A", type=FOLDER)
@click.argument("second", metavar="B", type=FOLDER)
@click.option(
    "--out", type=FOLDER, default=DEFAULT_OUT, show_default=True, help="New folder for the merged campaign."
)
def merge(first: Path, second: Path, out: Path) -> None:
    """Merge two campaigns of one petition into a new one.

    A and B stay as they are. A scan that both have counts once; where it was decided otherwise in B, a third
    person is asked. Then duplicates are looked for across both, and the tables are written.
    """
    from digitize.archive import merge_folders
    from digitize.campaign.store import open_campaign
    from digitize.cli.summary import show_summary
    from digitize.tally import summary
    from digitize.tally.publish import finish

    merged = merge_folders(first, second, out)
    with open_campaign(out) as campaign:
        count, written = finish(campaign)
    warn_if_exposed(out)
    show_summary(summary(count))
    scans, decisions = plural(merged.scans, "scan"), plural(merged.taken.decisions, "decision")
    click.echo(f"Added from {second}: {scans}, {plural(merged.pages, 'page')}, {decisions}.")
    if merged.shared:
        click.echo(f"{plural(merged.shared, 'page is', 'pages are')} in both campaigns and counted once.")
    if merged.taken.disagreements:
        rows = plural(merged.taken.disagreements, "decision differs", "decisions differ")
        click.echo(f"{rows} from that in {first}; a third person is asked.")
    if merged.taken.left_out:
        left = plural(merged.taken.left_out, "decision", "decisions")
        click.echo(f"{left} of {second} about pages settled otherwise in {first} left out; see digitize log.")
    click.echo("Written: " + ", ".join(str(path) for path in written))
