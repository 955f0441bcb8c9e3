"""Access control: no session, other sites, other hosts and invented paths get nothing."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from digitize import load
from digitize.campaign.store.scan_folders import INBOX
from digitize.web.roles import UserRole
from digitize.web.uploads import SUFFIXES
from tests.web.site import SCAN, Client, Site, running

FORM = "application/x-www-form-urlencoded"
PAGES = ("/", "/figures", "/pages", "/pages/1", "/pages/1/picture", "/pages/1/thumbnail", "/pages/1/rows/0")
MORE = (
    "/review",
    "/review/count",
    "/review/next?view=count",
    "/log",
    "/sessions",
    "/tables/rows.csv",
    "/progress",
    "/places",
)
CHANGES = (
    *("/review/decisions", "/review/undo", "/review/release", "/scans?name=a.pdf", "/restart"),
    *("/hello", "/logout", "/sessions/end"),
)
DECISION = b'{"decisions": [{"key": "1.0.1", "field": "status", "value": "blank"}]}'


@pytest.mark.parametrize("path", [*PAGES, *MORE])
def test_without_a_session_nothing_is_shown(path: str, site: Site) -> None:
    answer = Client(site).get(path)
    assert answer.status == 403
    assert "Muster" not in answer.text and "a.pdf" not in answer.text


@pytest.mark.parametrize("token", ["", "wrong", "the-token-of-the-test", "the-token-of-the-tests ", "é"])
def test_a_wrong_token_is_refused_without_a_cookie(token: str, site: Site) -> None:
    answer = Client(site).get(f"/?token={quote(token)}")
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


def test_the_link_gives_a_cookie_that_scripts_and_other_sites_cannot_use(site: Site) -> None:
    answer = Client(site).get("/?token=the-token-of-the-tests")
    assert answer.status == 303
    assert answer.headers["location"] == "/"  # the token leaves the address bar
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= attributes


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", ""])
def test_another_host_name_is_refused_even_with_the_cookie(host: str, client: Client) -> None:
    answer = client.get("/", Host=host.format(port=client.site.port))
    assert answer.status == 421
    assert "Muster" not in answer.text


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://{host}", "http://{host}.evil.example"]
)
def test_a_foreign_origin_changes_nothing(path: str, origin: str, client: Client) -> None:
    before = client.get("/figures").text
    assert client.post(path, DECISION, Origin=origin.format(host=client.site.host)).status == 403
    assert client.get("/figures").text == before


@pytest.mark.parametrize("path", CHANGES)
def test_without_the_token_of_the_session_nothing_changes(path: str, client: Client) -> None:
    before = client.get("/figures").text
    for headers in ({"X_CSRF_Token": "wrong"}, {"X_CSRF_Token": ""}):
        assert client.post(path, DECISION, **headers).status == 403
    bare = {"Origin": client.site.url, "Content_Type": "text/plain"}
    assert client.ask("POST", path, DECISION, **bare).status == 403
    form = {"Origin": client.site.url, "Content_Type": FORM}
    assert client.ask("POST", path, b"csrf=wrong&who=Eve", **form).status == 403
    assert client.get("/figures").text == before


def test_a_post_without_origin_is_refused(client: Client) -> None:
    answer = client.ask("POST", "/review/decisions", DECISION, X_CSRF_Token=client.csrf)
    assert answer.status == 403


def test_every_answer_forbids_what_the_pages_do_not_need(client: Client) -> None:
    for path in ("/", "/static/style.css", "/pages/1/picture", "/nowhere", "/review/next?view=count"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_no_page_holds_inline_scripts_styles_or_addresses_elsewhere(client: Client) -> None:
    for path in (
        "/",
        "/pages",
        "/pages/1",
        "/pages/1/rows/0",
        "/review",
        "/review/count",
        "/review/text",
        "/log",
    ):
        text = client.get(path).text
        assert not re.search(r"<script(?![^>]* src=)(?![^>]*application/json)", text), path
        assert not re.search(r"\sstyle=|<style|\son\w+=|https?://", text), path


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.pdf",
        "/etc/evil.pdf",
        "C:\\Windows\\evil.pdf",
        "..\\..\\evil.pdf",
        ".hidden.pdf",
        "a\x00b.pdf",
    ],
)
def test_path_tricks_in_uploads_end_in_the_inbox(name: str, client: Client) -> None:
    before = everything(client.site.folder.parent)
    answer = client.post(f"/scans?name={quote(name)}", b"%PDF-1.4", Content_Type="application/octet-stream")
    assert answer.status == 200
    new = everything(client.site.folder.parent) - before - {client.site.folder / INBOX}
    assert [path.parent for path in new if path.suffix == ".pdf"] == [client.site.folder / INBOX]
    assert not any(path.name.startswith(".") for path in new if path.suffix == ".pdf")


@pytest.mark.parametrize(
    "stem",
    [
        "a" * 5000,
        "連" * 300,
        "👩‍👩‍👧‍👦" * 60,
        "e\u0301" * 200,
        "توقيع",
        "\u202efdp.exe",
        "a\x85b\x9bc\u2028d",
        "\ud800",
        "\u200b",
    ],
)
def test_an_upload_may_have_a_name_of_any_length_and_script(stem: str, client: Client) -> None:
    name = quote(f"{stem}.pdf", errors="surrogatepass")
    answer = client.post(f"/scans?name={name}", b"%PDF-1.4", Content_Type="application/octet-stream")
    assert answer.status == 200
    given = str(answer.json["name"])
    assert (client.site.folder / INBOX / given).read_bytes() == b"%PDF-1.4"
    assert given.isprintable() and given.endswith(".pdf")


def everything(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_a_name_used_twice_gives_two_scans(client: Client) -> None:
    for content in (b"%PDF one", b"%PDF two"):
        assert client.post("/scans?name=a.pdf", content, Content_Type="application/pdf").status == 200
    contents = [path.read_bytes() for path in (client.site.folder / INBOX).glob("a*.pdf")]
    assert {b"%PDF one", b"%PDF two"} <= set(contents)


@pytest.mark.parametrize("name", ["page.html", "run.exe", "pdf", "", "a.pdf.js", "campaign.sqlite"])
def test_other_files_are_refused(name: str, client: Client) -> None:
    before = everything(client.site.folder)
    assert client.post(f"/scans?name={quote(name)}", b"<script>").status == 415
    assert everything(client.site.folder) == before


@pytest.mark.parametrize("name", ["scan", "scan.jfif", "scan.fax", "scan.pdf.1", "run.exe"])
def test_a_scan_is_accepted_whatever_its_name(name: str, client: Client) -> None:
    answer = client.post(f"/scans?name={quote(name)}", SCAN, Content_Type="application/octet-stream")
    assert answer.status == 200
    assert (client.site.folder / INBOX / str(answer.json["name"])).read_bytes() == SCAN


def test_a_damaged_scan_is_kept_to_be_reported_by_its_name(client: Client) -> None:
    content = bytes(64) + SCAN[64:]
    answer = client.post("/scans?name=a.jpg", content, Content_Type="application/octet-stream")
    assert answer.status == 200
    assert (client.site.folder / INBOX / str(answer.json["name"])).read_bytes() == content


def test_uploads_accept_every_format_that_is_read() -> None:
    assert set(SUFFIXES) == set(load.SUFFIXES)


def test_every_format_that_uploads_accept_can_be_chosen(client: Client) -> None:
    (offered,) = re.findall(r'<input id="files"[^>]* accept="([^"]+)"', client.get("/").text)
    assert offered.split(",") == list(SUFFIXES)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fstore/schema.py",
        "/static//etc/passwd",
        "/tables/..%2fcampaign.csv",
        "/tables/campaign.csv",
        "/pages/1/cut?box=0,0,1e9,5",
        "/pages/1/cut?box=5,5,5,5",
        "/pages/1/cut",
        "/pages/999999/picture",
        "/pages/1/rows/77",
        "/review/nothing",
    ],
)
def test_invented_addresses_are_not_found(path: str, client: Client) -> None:
    assert client.get(path).status == 404


def test_the_redirect_after_entering_a_name_stays_on_this_site(client: Client) -> None:
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        form = f"csrf={client.csrf}&who=Ada&mine=Ada".encode()
        sent = {"Origin": client.site.url, "Content_Type": FORM}
        answer = client.ask("POST", f"/hello?back={quote(back)}", form, **sent)
        assert answer.headers["location"] == "/"


def test_others_in_the_network_need_the_password(campaign_folder: Path) -> None:
    with running(campaign_folder, passwords={UserRole.REVIEWER: "correct horse"}) as site:
        client = Client(site)
        assert client.get("/").headers["location"] == "/login"
        sent = {"Origin": site.url, "Content_Type": FORM}
        assert client.ask("POST", "/login", b"password=wrong", **sent).status == 403
        foreign = {"Origin": "http://evil.example", "Content_Type": FORM}
        assert client.ask("POST", "/login", b"password=correct+horse", **foreign).status == 403
        answer = client.ask("POST", "/login", b"password=correct+horse", **sent)
        assert answer.status == 303
        client.cookie = answer.headers["set-cookie"].split(";")[0]
        assert "signatures count" in client.get("/").text
