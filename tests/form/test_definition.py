"""Form files: those that ship, what they may contain, and the message for every mistake."""

from datetime import date
from pathlib import Path

import pytest

from digitize.errors import BadForm, ExitCode
from digitize.form.definition import AUTO, Form, FormColumn, form_mark, header_words, load_form, shipped_forms
from digitize.records import PageKind, Role

FULL = """
name = "Fixture"
title_words = ["petition", "trees"]
deadline = 2030-12-31
columns = [{ role = "number" }, { role = "name", words = ["who"] }, { role = "signature" }]
rows = { letter = [1, 3], list = [4, 30] }
"""


def test_form_acat_has_its_columns_rows_and_deadline() -> None:
    form = load_form("acat")
    assert form.roles == (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    assert form.rows_of(PageKind.LETTER) == (1, 3)
    assert form.rows_of(PageKind.LIST) == (4, 30)
    assert form.rows_of(PageKind.BLANK) is None
    assert form.deadline == date(2025, 1, 20)
    assert form.title_words
    assert "full name" in {word.lower() for column in form.columns for word in column.words} | set(
        header_words()[Role.NAME]
    )


def test_every_shipped_form_loads() -> None:
    assert "acat" in shipped_forms()
    assert "words" not in shipped_forms()
    assert all(load_form(name).columns for name in shipped_forms())


def test_the_mark_of_a_form_file_is_that_of_its_content(tmp_path: Path) -> None:
    here, there = tmp_path / "my form.toml", tmp_path / "copies" / "my form.toml"
    there.parent.mkdir()
    here.write_text(FULL)
    there.write_text(FULL)
    assert form_mark(str(here)) == form_mark(str(there)) != form_mark("acat") == "acat"
    assert " " not in form_mark(str(here)) and form_mark(AUTO) == AUTO
    before = form_mark(str(here))
    here.write_text(FULL.replace("4, 30", "4, 31"))
    assert form_mark(str(here)) != before
    with pytest.raises(BadForm, match=r"There is no form file .*lost.toml"):
        form_mark(str(tmp_path / "lost.toml"))


def test_form_auto_has_no_columns() -> None:
    assert load_form(AUTO) == Form("auto")
    assert load_form(AUTO).roles == ()
    assert load_form(AUTO).rows_of(PageKind.LIST) is None


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.NAME, {"name", "nom et prénom", "cognome e nome", "vorname, name"}),
        (Role.FAMILY_NAME, {"nachname", "nom", "cognome"}),
        (Role.GIVEN_NAME, {"vorname", "prénom", "nome"}),
        (Role.ADDRESS, {"adresse", "indirizzo", "address"}),
        (Role.SIGNATURE, {"unterschrift", "signature", "firma"}),
        (Role.POSTCODE, {"plz", "npa"}),
    ],
)
def test_header_words_cover_the_languages(role: Role, words: set[str]) -> None:
    assert words <= set(header_words()[role])


def test_header_words_are_lower_case_and_name_one_role_each() -> None:
    table = header_words()
    every = [word for words in table.values() for word in set(words)]
    assert all(word == word.lower().strip() != "" for word in every)
    twice = {word for word in every if every.count(word) > 1}
    assert not twice


def form_file(folder: Path, text: str) -> str:
    path = folder / "f.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_form_file_is_loaded(tmp_path: Path) -> None:
    form = load_form(form_file(tmp_path, FULL))
    assert form == Form(
        name="Fixture",
        title_words=("petition", "trees"),
        columns=(FormColumn(Role.NUMBER), FormColumn(Role.NAME, ("who",)), FormColumn(Role.SIGNATURE)),
        first_row=((PageKind.LETTER, 1), (PageKind.LIST, 4)),
        last_row=((PageKind.LETTER, 3), (PageKind.LIST, 30)),
        deadline=date(2030, 12, 31),
    )
    assert load_form(form_file(tmp_path, 'name = "Short"')) == Form("Short")


def test_columns_may_be_in_storeys(tmp_path: Path) -> None:
    text = FULL.replace('role = "name"', 'role = "name", storey = 1')
    text = text.replace('role = "signature"', 'role = "signature", storey = 2')
    form = load_form(form_file(tmp_path, text))
    assert [column.storey for column in form.columns] == [None, 1, 2]
    assert form.storeys == 2
    assert load_form(form_file(tmp_path, FULL)).storeys == 1
    assert load_form(AUTO).storeys is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('name = "Fixture"', ""), 'the key "name" is missing; it must be text.'),
        (('name = "Fixture"', "name = 3"), "name is 3; allowed is text."),
        (("deadline =", "dedline ="), 'the key "dedline" is not known; allowed are columns, deadline, '
         "name, rows, title_words."),
        (("2030-12-31", '"soon"'), "deadline is 'soon'; allowed is a date such as 2025-01-20."),
        (
            ("2030-12-31", "2030-12-31T18:00:00"),
            "deadline is 2030-12-31 18:00:00; allowed is a date such as 2025-01-20.",
        ),
        (('["petition", "trees"]', '"petition"'), "title_words is 'petition'; allowed is a list."),
        (('"trees"', "7"), "title_words holds 7; allowed is a list of texts."),
        (('{ role = "number" }', '"number"'), "columns[1] is 'number'; allowed is a table "
         "with role and words."),
        (('role = "number"', 'words = ["no"]'), 'the key "columns[1].role" is missing; it must be text.'),
        (('role = "number"', "role = 1"), "columns[1].role is 1; allowed is text."),
        (('role = "number"', 'role = "number", width = 3'), 'the key "columns[1].width" is not known; '
         "allowed are role, storey, words."),
        (('role = "number"', 'role = "number", storey = "2"'), "columns[1].storey is '2'; allowed is "
         "a number from 1 to 3."),
        (('role = "number"', 'role = "number", storey = 4'), "columns[1].storey is 4; allowed is "
         "a number from 1 to 3."),
        (('role = "number"', 'role = "number", storey = true'), "columns[1].storey is True; allowed is "
         "a number from 1 to 3."),
        (('role = "number"', 'role = "number", storey = 2'), "columns have storey 2, but none has storey 1."),
        (('["who"]', '"who"'), "columns[2].words is 'who'; allowed is a list."),
        (('["who"]', "[1]"), "columns[2].words holds 1; allowed is a list of texts."),
        (("rows = {", "rows = 5 #"), "rows is 5; allowed is a table."),
        (("letter = ", "front = "), 'the key "rows.front" is not known; allowed are letter, list.'),
        *[
            (("[1, 3]", span), f"rows.letter is {span}; allowed is [first, last] with 1 <= first <= last.")
            for span in ("[3, 1]", "[0, 3]", "[1]", "[1, 2, 3]", "[1.0, 3]", "'1-3'")
        ],
    ],
)  # fmt: skip
def test_every_mistake_has_its_message(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in FULL
    path = form_file(tmp_path, FULL.replace(*change))
    with pytest.raises(BadForm) as raised:
        load_form(path)
    assert str(raised.value) == f"{path}: {message}"
    assert raised.value.exit_code is ExitCode.BAD_FORM


def test_message_for_an_unknown_role_lists_the_known_ones(tmp_path: Path) -> None:
    path = form_file(tmp_path, FULL.replace('"signature"', '"autograph"'))
    with pytest.raises(BadForm) as raised:
        load_form(path)
    allowed = ", ".join(role.value for role in Role)
    assert str(raised.value) == f'{path}: columns[3].role is "autograph"; allowed are {allowed}.'


def test_unreadable_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadForm, match=r"f\.toml is not a valid TOML file: Invalid value .*\.$"):
        load_form(form_file(tmp_path, "name ="))
    (tmp_path / "g.toml").write_bytes(b'name = "\xe9"')
    with pytest.raises(BadForm, match=r"g\.toml cannot be read as UTF-8 text; save it again as UTF-8\.$"):
        load_form(str(tmp_path / "g.toml"))
    for name in (str(tmp_path / "gone.toml"), str(tmp_path)):
        with pytest.raises(BadForm) as raised:
            load_form(name)
        assert str(raised.value) == f"There is no form file {name}; check the path or use --form auto."


def test_unknown_name_is_refused_with_the_known_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("acta", "words", "../errors"):
        with pytest.raises(BadForm) as raised:
            load_form(name)
        known = ", ".join((AUTO, *shipped_forms()))
        message = f'There is no form called "{name}"; known are {known}, or give the path of a .toml file.'
        assert str(raised.value) == message
