"""Names of downloaded files, and their headers: campaign and day belong to a file that is passed on."""

from datetime import date
from urllib.parse import quote

from starlette.requests import Request

from digitize.web.context import context_of


def file_name(request: Request, what: str, kind: str) -> str:
    """Return the name of a downloaded file, such as "friday-rows-2026-11-29.csv"."""
    campaign = context_of(request).folder.resolve().name
    return f"{campaign}-{what}-{date.today().isoformat()}.{kind}"


def attachment(name: str) -> dict[str, str]:
    """Return the header that makes browsers save an answer under this name (RFC 6266)."""
    plain = "".join(letter if letter.isascii() and letter not in '"\\' else "_" for letter in name)
    return {"content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"}
