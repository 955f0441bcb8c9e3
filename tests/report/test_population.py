"""Inhabitants are read from tables as offices export them, and mistakes are named."""

from pathlib import Path

import pytest

from digitize.errors import BadTable
from digitize.report.details import Details, Making
from digitize.report.page import Report, render
from digitize.report.population import Population, read_population
from digitize.tally import CANTONS
from tests.report.figures import figures_of

LINES = [f"{canton};{1000 * (at + 1)}" for at, canton in enumerate(CANTONS)]


def table(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "inhabitants.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_with_any_separator_is_read(separator: str, tmp_path: Path) -> None:
    lines = ["Kanton;Bevölkerung 2024", *LINES, "LI;40’015", "Total;1", ""]
    path = table(tmp_path, *(line.replace(";", separator) for line in lines), encoding="utf-8-sig")
    read = read_population(path)
    assert read.year == 2024
    assert (read.inhabitants["ZH"], read.inhabitants["JU"], read.inhabitants["LI"]) == (1000, 26_000, 40_015)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "must name the year"),
        (("canton,inhabitants", *LINES), "must name the year"),
        (("canton;2024", *LINES[1:]), "no inhabitants for ZH."),
        (("canton;2024", "ZH;many", *LINES[1:]), "line 2: ZH needs a number"),
        (("canton;2024", "ZH;0", *LINES[1:]), "line 2: ZH needs a number"),
        (("canton;2024", "ZH", *LINES[1:]), "line 2: ZH needs a number"),
    ],
)
def test_a_mistake_is_named(lines: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=said):
        read_population(table(tmp_path, *lines))


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "inhabitants.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadTable, match=r"export it as CSV \(UTF-8\)"):
        read_population(path)


def test_the_rates_stand_in_the_report_with_their_year() -> None:
    population = Population(2024, dict.fromkeys(CANTONS, 20000))
    figures = figures_of({"ZH": 50, "LI": 3})
    html = render(Report(figures, Details(population=population), Making.now()), "en")
    assert "Inhabitants of 2024" in html
    zurich = html[html.index('<th scope="row">Zurich</th>') :]
    assert zurich[: zurich.index("</tr>")].rstrip().endswith("<td>25.0</td>")
    outside = html[html.index('<th scope="row">Liechtenstein</th>') :]
    assert outside[: outside.index("</tr>")].rstrip().endswith("<td>–</td>")
    assert "<td>1.0</td>" in html  # 50 of 520,000
