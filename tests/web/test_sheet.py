"""The page that prints a sheet returns what was typed as a PDF, or says what does not fit."""

import re
import string
from pathlib import Path
from urllib.parse import urlencode

import pytest

from digitize.cli.sheet import print_in_process
from digitize.errors import BadSheet
from digitize.sheet import SheetWishes, columns_of, problems
from digitize.sheet.problems import SENTENCES, template_of
from digitize.web.context import Services
from tests.web import campaigns as drawn
from tests.web.site import Answer, Client, running

FORM = "application/x-www-form-urlencoded"
TYPED = {
    "title": "Safe roads",
    "columns": "number=\nname=Full Name\naddress\nsignature",
    "first": "3",
    "second": "27",
    "deadline": "2026-11-30",
    "text": "Dear all\r\n\r\nSign.",
    "batch": "4",
    "kind": "pdf",
}


def send(client: Client, **fields: str) -> Answer:
    body = urlencode({"csrf": client.csrf, "language": "en", **TYPED, **fields}).encode()
    return client.ask("POST", "/sheet", body, Origin=client.site.url, Content_Type=FORM)


@pytest.fixture
def wished(monkeypatch: pytest.MonkeyPatch) -> list[SheetWishes]:
    """Have the site print nothing, and keep what it was asked to print."""
    asked: list[SheetWishes] = []

    def printed(wishes: SheetWishes) -> tuple[bytes, str]:
        asked.append(wishes)
        if wishes.batch == 13:
            raise BadSheet(problems.TOO_MANY_ROWS, rows=27, page=2, least="7")
        return b"%PDF-printed", 'name = "x"'

    usual = Services.__init__

    def with_sheets(self: Services, *args: object, **named: object) -> None:
        usual(self, *args, **(named | {"sheet": printed}))  # type: ignore[arg-type]

    monkeypatch.setattr(Services, "__init__", with_sheets)
    return asked


def test_what_is_typed_is_printed(tmp_path: Path, wished: list[SheetWishes]) -> None:
    drawn.make(tmp_path, [("a.png", [drawn.row(1)])])
    with running(tmp_path) as site:
        client = Client(site).enter("Ada")
        assert 'name="title"' in client.get("/sheet").text
        answer = send(client)
        assert answer.status == 200 and answer.body == b"%PDF-printed"
        assert 'filename="safe-roads.pdf"' in answer.headers["content-disposition"]
        assert send(client, kind="toml").body == b'name = "x"'
        assert send(client, kind="exe").status == 404
    first = wished[0]
    assert (first.title, first.rows, first.batch, first.languages) == ("Safe roads", (3, 27), 4, ("en",))
    assert first.texts == ("Dear all\n\nSign.",)
    assert [column.label for column in first.columns] == ["", "Full Name", "Address", "Signature"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": " "}, "needs a title"),
        ({"columns": "name\nshoes"}, "no column &#34;shoes&#34;"),
        ({"first": "many"}, "A page has 1 to 60 rows."),
        ({"deadline": "tomorrow"}, "The deadline lies between"),
        ({"batch": "-1"}, "The batch is a number"),
        ({"batch": "13"}, "27 rows do not fit onto page 2"),
    ],
)
@pytest.mark.usefixtures("wished")
def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    fields: dict[str, str], words: str, tmp_path: Path
) -> None:
    drawn.make(tmp_path, [("a.png", [drawn.row(1)])])
    with running(tmp_path) as site:
        answer = send(Client(site).enter("Ada"), **fields)
    assert answer.status == 422
    assert words in answer.text
    assert "Dear all" in answer.text and "Full Name" in answer.text


def test_sheets_are_printed_in_a_process_of_their_own() -> None:
    columns = columns_of(["name=Name, Vorname", "signature="], ["de"])
    wishes = SheetWishes("--Mehr Bäume", columns, (5,), ("Guten Tag",), ("de",), name="baeume")
    pdf, form = print_in_process(wishes)
    assert pdf.startswith(b"%PDF") and 'name = "baeume"' in form and "--Mehr Bäume" in form
    with pytest.raises(BadSheet) as wrong:
        print_in_process(SheetWishes("Mehr Bäume", columns, (5, 60)))
    assert wrong.value.template == problems.TOO_MANY_ROWS and wrong.value.values["page"] == "2"


@pytest.mark.parametrize("template", SENTENCES)
def test_the_template_of_every_sentence_is_found_again(template: str) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    values = {name: f"{at}7" for at, name in enumerate(names, 1)}
    assert template_of(template.format(**values)) == (template, values)
    assert re.fullmatch(r"[^{}]*", template.format(**values))
