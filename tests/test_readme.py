"""The manual says what the program does: each command, option, column, flag, code and target."""

import re
import shutil
from pathlib import Path

import click
import pytest

from digitize.cli import CODES, cli
from digitize.form.definition import _read
from digitize.messages import FLAG_SENTENCES
from digitize.records import Role, Status
from digitize.tally import TALLY_COLUMNS
from digitize.tally.table_rows import PAGE_COLUMNS, ROW_COLUMNS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading, up to the next heading of its rank or a higher one."""
    match = re.search(rf"^(#+) {re.escape(title)}[^\n]*$", README, re.MULTILINE)
    assert match, f"README has no section {title!r}"
    rest = README[match.end() :]
    end = re.search(rf"^#{{1,{len(match.group(1))}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def first_cells(text: str) -> list[str]:
    """Words in backticks in the first column of the tables of a section."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row.split("|")[1])]


def commands(group: click.Group, prefix: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{prefix}{name} ")
            if not command.invoke_without_command:
                continue
        found[f"{prefix}{name}"] = command
    return found


def test_every_command_has_its_section_and_no_other() -> None:
    described = re.findall(r"^### digitize ([a-z][a-z ]*[a-z])", README, re.MULTILINE)
    assert sorted(described) == sorted(commands(cli))


@pytest.mark.parametrize("name", commands(cli))
def test_every_option_is_described_with_its_command_and_no_other(name: str) -> None:
    options = {
        option.opts[0]
        for option in commands(cli)[name].params
        if isinstance(option, click.Option) and not option.hidden
    } - {"--help"}
    assert {cell for cell in first_cells(section(f"digitize {name}")) if cell.startswith("-")} == options


@pytest.mark.parametrize("name", commands(cli))
def test_the_default_of_an_option_is_the_one_described(name: str) -> None:
    rows = [line.split("|") for line in section(f"digitize {name}").splitlines() if line.startswith("| `-")]
    described = {
        row[1].strip().strip("`"): value.group(1)
        for row in rows
        if (value := re.fullmatch(r"\s*`([^`]+)`\s*", row[2]))
    }
    shown = {
        option.opts[0]: str(option.default)
        for option in commands(cli)[name].params
        if isinstance(option, click.Option) and option.show_default is True
    }
    assert {option: value for option, value in described.items() if option in shown} == {
        option: value for option, value in shown.items() if option in described
    }


@pytest.mark.parametrize(
    ("table", "columns"),
    [("rows.csv", ROW_COLUMNS), ("tally.csv", TALLY_COLUMNS), ("pages.csv", PAGE_COLUMNS)],
)
def test_the_columns_of_the_tables_are_listed_in_their_order(table: str, columns: tuple[str, ...]) -> None:
    assert first_cells(section(table)) == list(columns)


def test_every_flag_stands_there_with_its_sentence() -> None:
    text = section("Flags")
    assert first_cells(text) == [code.value for code in FLAG_SENTENCES]
    for sentence in FLAG_SENTENCES.values():
        assert f"| {sentence} |" in text


def test_the_exit_codes_are_those_of_the_program() -> None:
    listed = re.findall(r"^\| (\d+) \| (.+) \|$", section("Exit codes"), re.MULTILINE)
    assert listed == [(str(code.value), meaning) for code, meaning in CODES.items()]


def test_every_status_is_explained() -> None:
    assert first_cells(section("What counts")) == [status.value for status in Status]


def test_the_roles_of_a_form_are_those_of_the_program() -> None:
    sentence = re.search(r"Roles are ([^.]+)\.", README)
    assert sentence and re.findall(r"`([^`]+)`", sentence.group(1)) == [role.value for role in Role]


def test_the_form_in_the_manual_is_valid(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.+?)```", README, re.DOTALL)
    assert example
    path = tmp_path / "form.toml"
    path.write_text(example.group(1), encoding="utf-8")
    assert _read(path, "form.toml").name == "acat"


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    (tmp_path / "scans").mkdir()
    shutil.copy(ROOT / "samples" / "acat-sheet.pdf", tmp_path / "scans")
    shutil.copy(ROOT / "samples" / "truth.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    printed = capsys.readouterr().out
    assert "page 1: letter, 3 rows, " in printed
    assert "2 pages done, 0 failed\n" in printed
    assert re.search(r"^total: \d+ signed", printed, re.MULTILINE)


def test_the_make_targets_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) <= targets


def test_the_pictures_shown_exist() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)
