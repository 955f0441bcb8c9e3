"""Read a list of people, whatever its columns are called."""

from pathlib import Path

from digitize.errors import BadTable
from digitize.report.members import Entry
from digitize.report.typed_tables import read_lines

HEADINGS = {
    "name": ("name", "full name", "nom complet", "nome completo", "nom et prénom", "nome e cognome"),
    "given": ("given name", "first name", "firstname", "vorname", "prénom", "prenom"),
    "family": (
        "family name",
        "last name",
        "surname",
        "lastname",
        "nachname",
        "familienname",
        "nom",
        "cognome",
    ),
    "street": ("street", "address", "strasse", "straße", "adresse", "rue", "via", "indirizzo"),
    "number": ("number", "nr", "no", "hausnummer", "numéro", "numero"),
    "postcode": ("postcode", "zip", "plz", "npa", "postleitzahl", "code postal"),
    "town": ("town", "city", "ort", "wohnort", "lieu", "localité", "luogo", "località"),
}


def read_members(path: Path) -> list[Entry]:
    """Return the people of a list (CSV or XLSX) whose first line names its columns.

    A name is one column, or given and family name.  Raises BadTable, MissingProgram.
    """
    headings, *lines = read_lines(path) or [[]]
    columns: dict[str, int] = {}
    for at, heading in enumerate(headings):
        word = heading.strip().casefold().rstrip(".:")
        what = next((what for what, words in HEADINGS.items() if word in words), None)
        if what is not None:
            columns.setdefault(what, at)
    if "name" not in columns and "given" not in columns and "family" in columns:
        columns["name"] = columns.pop("family")  # "Nom" alone is the whole name
    if not ("name" in columns or {"given", "family"} <= columns.keys()):
        raise BadTable(f"{path} has no column with names: name, or given name and family name.")
    return [entry for at, line in enumerate(lines, start=2) if (entry := _entry(at, line, columns)).name]


def _entry(number: int, line: list[str], columns: dict[str, int]) -> Entry:
    def text(*names: str) -> str:
        places = [columns[name] for name in names if name in columns]
        return " ".join(filter(None, (line[at].strip() for at in places if at < len(line))))

    name = text("name") or text("given", "family")
    return Entry(number, name, text("street", "number"), text("postcode"), text("town"))
