"""A command with a double in place of the pipeline: `python -m tests.cli.stubbed COMMAND ...`.

Besides those of digitize there is `decide DIR`, which decides and undoes as the website does.
"""

import sys
from functools import partial
from pathlib import Path

from digitize import batch, cli
from digitize.campaign.decisions import Field
from digitize.campaign.store import open_campaign
from digitize.errors import DigitizeError
from digitize.records import RowKey
from tests.cli import kill_doubles


def decide(folder: Path) -> None:
    try:
        with open_campaign(folder) as campaign:
            campaign.review.decide(RowKey(1, 1, 2), Field.STATUS, "signed", "ann")
            campaign.review.decide(RowKey(2, 1, 2), Field.STATUS, "struck", "ann")
            campaign.review.undo("ann")
    except DigitizeError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    doubles = {"digitize_file": kill_doubles.digitize, "count_pages": kill_doubles.count_pages}
    batch.run = partial(batch.run, **doubles)
    if sys.argv[1] == "decide":
        decide(Path(sys.argv[2]))
    else:
        cli.main()
