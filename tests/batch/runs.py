"""Runs over text files in place of scans, with a test double for the pipeline."""

from collections.abc import Callable, Sequence
from pathlib import Path

from digitize import batch
from digitize.batch.register import LEFT_OUT
from digitize.campaign.store import open_campaign
from digitize.page.pipeline import Settings
from digitize.records import Digitized, Failure
from tests.page import pipeline_doubles as doubles

Double = Callable[[str, int, Settings], Digitized]


def scan(folder: Path, name: str, content: str = "1") -> Path:
    """Write a scan; the number at the start of its content is its page count."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def run(
    named: Sequence[Path] | Path,
    out: Path,
    double: Double = doubles.digitize,
    workers: int = 0,
    **how: object,
) -> batch.Report:
    named = [named] if isinstance(named, Path) else named
    settings = how.pop("settings", Settings())
    return batch.run(
        named,
        out,
        settings,  # type: ignore[arg-type]
        workers=workers,
        digitize_file=double,
        count_pages=doubles.count_pages,
        **how,  # type: ignore[arg-type]
    )


def stored(out: Path) -> dict[tuple[str, int], str]:
    """Return the kind of every stored page or failure by (base name, page), without files left out."""
    with open_campaign(out) as campaign:
        return {
            (Path(o.id.file).name, o.id.page): o.kind if isinstance(o, Failure) else o.kind.value
            for o in campaign.pages.outcomes()
            if not (isinstance(o, Failure) and o.kind == LEFT_OUT)
        }
