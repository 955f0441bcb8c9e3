"""`digitize match` writes who is on a list and never changes the count."""

import csv

from digitize.campaign.store import open_campaign
from digitize.errors import ExitCode
from tests.cli.terminal import Terminal
from tests.web import campaigns as drawn


def test_signers_on_the_list_are_written_with_their_probability(terminal: Terminal) -> None:
    folder = terminal.folder / "friday"
    home = "Seestrasse 12\n8001 Zürich"
    named = [drawn.row(n, name=f"Given{n} Family{n}", address=f"Weg {n}\n8001 Zürich") for n in range(1, 19)]
    drawn.make(folder, [("a.png", [*named, drawn.row(19, name="Regula Hofer", address=home)])])
    with open_campaign(folder) as campaign:
        before = campaign.review.totals()
    people = "Vorname;Nachname;Strasse;PLZ;Ort\nRegula;Hofer;Seestr. 12;8001;Zürich\n=cmd;X;;;\n"
    (terminal.folder / "members.csv").write_text(people, "utf-8")
    assert terminal.digitize("match", "friday", "members.csv") == ExitCode.OK
    assert "Of 19 signers, 1 are surely among 2 people of the list, and 0 possibly" in terminal.out
    with (terminal.folder / "matches.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["file"], line["row"], line["list_line"], line["sure"]) == ("a.png", "19", "2", "yes")
    assert line["list_name"] == "Regula Hofer"
    with open_campaign(folder) as campaign:
        assert campaign.review.totals() == before


def test_a_list_without_names_is_one_sentence(terminal: Terminal) -> None:
    drawn.make(terminal.folder / "friday", [("a.png", [drawn.row(1)])])
    (terminal.folder / "members.csv").write_text("Ort\nBern\n")
    assert terminal.digitize("match", "friday", "members.csv") == ExitCode.USAGE
    assert "no column with names" in terminal.sentence
