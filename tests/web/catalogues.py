"""Update the message catalogues from the texts of pages and reports: `python -m tests.web.catalogues`.

New texts are added to the .po files without a translation.  Translate them there
and run the command again to write the .mo files.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from digitize import translations
from digitize.messages import (
    AND,
    CELL_SENTENCES,
    CELL_WORDS,
    COLUMN_WORDS,
    FAILURE_SENTENCES,
    FLAG_SENTENCES,
    NOTE_SENTENCES,
)
from digitize.problems import TEMPLATES as TEMPLATES_OF_PROBLEMS
from digitize.records import NoteCode
from digitize.report.table_words import WORDS as TABLE_WORDS
from digitize.report.words import WORDS
from digitize.sheet.problems import SENTENCES as SHEET_PROBLEMS

PACKAGE = Path(translations.__file__).parent
TEMPLATES = (PACKAGE / "web" / "templates", PACKAGE / "report" / "templates")
TRANSLATED = [code for code in translations.LANGUAGES if code != translations.SOURCE]
BEGUN = datetime(2026, 11, 22, tzinfo=UTC)  # constant, so that only texts change the files
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false", "newstyle_gettext": "true"}


def texts() -> Catalog:
    """Return every text of pages and reports that is translated."""
    found = Catalog(project="digitize", charset="utf-8", creation_date=BEGUN)
    for path in (path for folder in TEMPLATES for path in sorted(folder.glob("*.html"))):
        for line, message, comments, context in extract(
            "jinja2.ext:babel_extract", io.BytesIO(path.read_bytes()), options=OPTIONS
        ):
            found.add(message, None, [(path.name, line)], auto_comments=comments, context=context)
    notes = [sentence for code, sentence in NOTE_SENTENCES.items() if code is not NoteCode.TEXT]
    for message in (
        *FLAG_SENTENCES.values(),
        *notes,
        *FAILURE_SENTENCES.values(),
        *CELL_SENTENCES.values(),
        *CELL_WORDS,
        *COLUMN_WORDS,
        AND,
        *WORDS,
        *TABLE_WORDS,
        *TEMPLATES_OF_PROBLEMS,
        *SHEET_PROBLEMS,
    ):
        found.add(message)
    return found


def po_path(code: str) -> Path:
    return translations.FOLDER / code / "LC_MESSAGES" / f"{translations.DOMAIN}.po"


def read(code: str) -> Catalog:
    with po_path(code).open("rb") as file:
        return read_po(file, locale=code)


def compiled(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> None:
    template = texts()
    for code in TRANSLATED:
        path = po_path(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = read(code) if path.exists() else Catalog(locale=code, project="digitize", charset="utf-8")
        catalogue.header_comment = f"# The pages of digitize in {translations.LANGUAGES[code]}."
        catalogue.fuzzy = False
        catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, omit_header=False, ignore_obsolete=True, no_location=True)
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        missing = [message.id for message in catalogue if message.id and not message.string]
        print(code, len(catalogue), "texts,", len(missing), "to translate")


if __name__ == "__main__":
    main()
