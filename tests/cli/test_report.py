"""`digitize report` writes its files where it says, and loads what is heavy only then."""

import subprocess
import sys
from pathlib import Path

import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import open_campaign
from digitize.campaign.store.campaign_settings import Wanted
from digitize.cli import report
from digitize.errors import ExitCode
from tests.cli.terminal import Terminal
from tests.cli.traced import Sandbox
from tests.report.campaigns import make


@pytest.mark.parametrize(
    ("environment", "language"),
    [({"LANG": "fr_CH.UTF-8"}, "fr"), ({"LANG": "C.UTF-8"}, "en"), ({"LC_ALL": "de_CH", "LANG": "it"}, "de")],
)
def test_the_usual_language_is_that_of_the_system(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert report.usual_language() == language


def test_it_writes_each_language_and_format_once(terminal: Terminal, tmp_path: Path) -> None:
    make(terminal.folder / "friday", 4)
    options = ("--language", "de", "--language", "it", "--language", "de", "--format", "html")
    assert terminal.digitize("report", "friday", *options) == ExitCode.OK
    names = {path.name for path in (tmp_path / "friday" / "reports").iterdir()}
    assert {name for name in names if "-1" not in name} >= {"report-de.html", "report-it.html"}
    assert terminal.out.count("Written:") == len(names)
    assert "petitions were told apart by their printed titles" in terminal.out
    assert (tmp_path / "friday" / "tally.csv").is_file()


def test_organisation_and_languages_are_those_of_the_settings(terminal: Terminal, tmp_path: Path) -> None:
    make(terminal.folder / "friday", 1)
    with open_campaign(tmp_path / "friday") as campaign:
        campaign.settings.save(Wanted(organisation="Friends of the river", languages=("fr", "it")))
    assert terminal.digitize("report", "friday", "--format", "html") == ExitCode.OK
    reports = tmp_path / "friday" / "reports"
    assert {"report-fr.html", "report-it.html"} == {path.name for path in reports.glob("report-??.html")}
    assert "Friends of the river" in (reports / "report-fr.html").read_text(encoding="utf-8")
    named = ("--language", "de", "--organisation", "Verein Wald", "--format", "html")
    assert terminal.digitize("report", "friday", *named) == ExitCode.OK
    told = (reports / "report-de.html").read_text(encoding="utf-8")
    assert "Verein Wald" in told and "Friends of the river" not in told


def test_a_folder_without_campaign_is_one_sentence(terminal: Terminal) -> None:
    assert terminal.digitize("report", "nothing") == ExitCode.BAD_STORE
    assert "holds no campaign" in terminal.sentence


def test_a_wrong_table_of_inhabitants_is_one_sentence(terminal: Terminal) -> None:
    make(terminal.folder / "friday", 4)
    (terminal.folder / "inhabitants.csv").write_text("canton,people\n")
    assert terminal.digitize("report", "friday", "--population", "inhabitants.csv") == ExitCode.USAGE
    assert "must name the year" in terminal.sentence


def test_the_program_starts_without_the_packages_of_the_report() -> None:
    heavy = ["matplotlib", "weasyprint", "xlsxwriter"]
    code = f"import sys, digitize.cli, digitize.report.build; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_watching_writes_again_after_a_decision(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "friday"
    make(folder, 4)
    naps = iter((True, False, None))

    def nap(_seconds: float) -> None:
        match next(naps):
            case True:
                with open_campaign(folder) as campaign:
                    page = next(iter(campaign.derived.take_snapshot().page_ids.values()))
                    key = campaign.review.rows(page)[0].key
                    campaign.review.decide(key, Field.STATUS, "incomplete", "ann")
            case None:
                raise KeyboardInterrupt

    monkeypatch.setattr(report.time, "sleep", nap)
    assert terminal.digitize("report", "friday", "--watch", "--format", "html") == ExitCode.OK
    assert terminal.out.count("valid signature") == 2


def test_nothing_is_fetched_and_nothing_is_left_at_home(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    make(sandbox.folder / "friday", 4, pages=2)
    assert sandbox.digitize("report", "friday", "--language", "fr") == ExitCode.OK
    assert (sandbox.network_calls, sandbox.left_at_home) == ([], [])
    assert len(list((sandbox.folder / "friday" / "reports").glob("report-fr.*"))) == 2
    assert not list(sandbox.folder.rglob(".*"))
