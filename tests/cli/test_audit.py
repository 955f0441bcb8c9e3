"""`digitize audit` leads from the commitment over the seed to the result."""

from digitize.audit import journal
from digitize.errors import ExitCode
from tests.cli.terminal import Terminal
from tests.report.campaigns import make


def answer_all(terminal: Terminal) -> None:
    audit = journal.load(terminal.folder / "friday")
    while (unit := audit.next_for("ann")) is not None:
        counts = int("counted" in unit.stratum and "not" not in unit.stratum)
        journal.add_answer(audit, unit, journal.Answer("ann", counts, unit.region if counts else ""))
        audit = journal.load(terminal.folder / "friday")


def test_from_the_commitment_to_the_result(terminal: Terminal) -> None:
    make(terminal.folder / "friday", 3, pages=30)
    assert terminal.digitize("audit", "friday") == ExitCode.OK
    assert "SHA-256 " in terminal.out
    assert "--seed" in terminal.out
    assert terminal.digitize("audit", "friday", "--seed", "12a") == ExitCode.USAGE
    assert terminal.digitize("audit", "friday", "--seed", "614235", "--size", "60") == ExitCode.OK
    assert "Seed 614235" in terminal.out
    assert "open the page Audit" in terminal.out
    assert terminal.digitize("audit", "friday", "--seed", "614236") == ExitCode.USAGE
    assert "the seed of this audit is 614235" in terminal.err
    assert (
        terminal.digitize("audit", "friday", "--size", "120") == ExitCode.USAGE
    )  # not before the first is done
    answer_all(terminal)
    assert terminal.digitize("audit", "friday", "--within", "5%") == ExitCode.OK
    assert "0 errors among" in terminal.out
    assert "For a total right within 5.00%" in terminal.out
    size = terminal.out.rsplit("--size ", 1)[1].split(".")[0]
    assert terminal.digitize("audit", "friday", "--size", size) == ExitCode.OK
    assert "to look at" in terminal.out
    answer_all(terminal)
    assert terminal.digitize("audit", "friday", "--within", "50%") == ExitCode.OK
    assert "The total is right within 50.00%." in terminal.out


def test_an_empty_campaign_and_an_erased_one_are_one_sentence(terminal: Terminal) -> None:
    assert terminal.digitize("audit", "nothing") == ExitCode.BAD_STORE
    make(terminal.folder / "friday", 3)
    assert terminal.digitize("erase", "friday", "--keep", "tally", "--yes") == ExitCode.OK
    assert terminal.digitize("audit", "friday") == ExitCode.BAD_STORE
    assert "were erased" in terminal.sentence
