"""Translations: every text in four languages, placeholders kept, compiled files up to date."""

import io
import json
import re
from datetime import date
from gettext import GNUTranslations

import pytest

from digitize.campaign.decisions import ADDED, KEPT, REMOVED, Content, Field, page_key
from digitize.campaign.store import DATABASE, Shown, open_campaign
from digitize.campaign.store.watch_progress import Progress, Work, write_progress
from digitize.problems import STUCK, problem
from digitize.records import Digitized, Failure, PageHints, PageId, Region, Status
from digitize.records.hints import TURNS_DEG
from digitize.web.render import environment
from digitize.web.translations import LANGUAGES, catalogue, preferred
from tests.web.browser import Browser
from tests.web.catalogues import TRANSLATED, compiled, po_path, read, texts
from tests.web.site import TOKEN, Client, Site

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|%%")


def parts(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_of_the_pages_is_translated_and_no_other_kept(code: str) -> None:
    wanted_texts = {str(message.id) for message in texts() if message.id}
    translations = {str(message.id): message.string for message in read(code) if message.id}
    assert set(translations) == wanted_texts
    assert [text for text, string in translations.items() if not all(parts(string))] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_keep_the_placeholders(code: str) -> None:
    for message in read(code):
        for text in parts(message.string):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(parts(message.id)[-1])), text


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_compiled_catalogue_is_up_to_date(code: str) -> None:
    packed = po_path(code).with_suffix(".mo").read_bytes()
    assert translations(packed) == translations(compiled(read(code)))


def translations(packed: bytes) -> dict[object, str]:
    """Return all messages without the header, which names the version of Babel."""
    found = dict(GNUTranslations(io.BytesIO(packed))._catalog)  # type: ignore[attr-defined]
    return {text: string for text, string in found.items() if text}


def test_a_browser_gets_its_preferred_language() -> None:
    assert preferred("fr-CH, fr;q=0.9, de;q=0.7, *;q=0.5") == "fr"
    assert preferred("pt, de-CH;q=0.4, it;q=0.6") == "it"
    assert preferred("pt-BR, *;q=0.1") == "en"
    assert preferred("de;q=nonsense, ,;;") == "en"
    assert {catalogue(code).gettext("Log") for code in LANGUAGES} == {
        "Log",
        "Protokoll",
        "Journal",
        "Registro",
    }


@pytest.mark.parametrize(
    ("code", "one", "several"),
    [
        ("en", "1 page without a signature table", "2 lists"),
        ("de", "1 Seite ohne Unterschriftentabelle", "2 Listen"),
        ("fr", "1 page sans tableau de signatures", "2 listes"),
        ("it", "1 pagina senza tabella di firme", "2 liste"),
    ],
)
def test_pages_of_a_kind_are_counted_in_singular_and_plural(code: str, one: str, several: str) -> None:
    macro = environment(code).get_template("parts.html").module.pages_of_kind  # type: ignore[attr-defined]
    assert macro("no-table", 1).strip() == one
    assert macro("list", 2).strip() == several


def test_rows_are_counted_in_the_gender_and_number_of_the_language() -> None:
    macro = environment("fr").get_template("parts.html").module.rows_of_status  # type: ignore[attr-defined]
    assert [macro("incomplete", n).strip() for n in (1, 15)] == ["1 incomplète", "15 incomplètes"]


def test_scripts_choose_between_singular_and_plural(chrome: Browser, site: Site) -> None:
    chrome.enter(site.link)
    script = "return import('/static/common.js').then(m => m.say('read', {stage: 'done', n: arguments[0]}))"
    assert [chrome.run(script, n) for n in (1, 2)] == ["done, 1 page", "done, 2 pages"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "a.pdf is locked"),
        ("de", "verlangt ein Passwort"),
        ("fr", "exige un mot de passe"),
        ("it", "richiede"),
    ],
)
def test_a_failed_page_says_why_in_the_language_of_the_person(
    language: str, words: str, fresh_site: Site
) -> None:
    path = "/scans/locked.pdf"
    with open_campaign(fresh_site.folder) as campaign:
        entry = campaign.inputs.add(path, "f" * 64, 1, 1, date(2026, 11, 2))
        failure = Failure(PageId(path, 1), "load", "encrypted", "a.pdf is locked.")
        campaign.inputs.set_pages(entry.id, 1)
        campaign.pages.save(entry.id, Digitized(failure), "synthetic", "0")
        line = next(each for each in campaign.listing.lines(Shown.FAILED, "", 0, 9)[0])
    client = Client(fresh_site)
    client.cookie = client.get(f"/?token={TOKEN}").headers["set-cookie"].split(";")[0]
    assert words in client.get(f"/pages/{line.id}", Accept_Language=language).text


def test_the_history_of_a_row_is_told_in_words(fresh_site: Site) -> None:
    client = Client(fresh_site).enter()
    decision = {"key": "1.0.1", "field": "status", "value": "struck"}
    client.post("/review/decisions", json.dumps({"decisions": [decision]}).encode())
    shown = re.sub(r"<[^>]+>", "", client.get("/pages/1/rows/0").text)
    assert "doubtful → struck out" in shown


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_follow_the_typography_of_their_language(code: str) -> None:
    texts_of = [text for message in read(code) if message.id for text in parts(message.string)]
    wrong = {
        "de": r"ß|\bnoch einmal\b",  # Swiss spelling; one word for "again"
        "fr": r"[^\u00a0\d][;:?!»]|«[^\u00a0]|\w'\w",  # a line must not begin with a colon
        "it": r"\w'\w|\b(?:vedi|guarda|guardate|scansionate|eseguite)\b",  # addressed as Lei
    }[code]
    assert [text for text in texts_of if re.search(wrong, text)] == []


def test_the_history_has_words_for_every_code() -> None:
    german = environment("de")
    shown, word = german.get_template("parts.html").module, german.filters["word"]
    said: list[tuple[str, str]] = [(field.value, word(field.value, "field")) for field in Field]
    values = {
        Field.STATUS: [status.value for status in Status],
        Field.PLACE: [Region.ABROAD.value, Region.UNKNOWN.value],
        Field.PERSON: ["same", "different"],
        Field.PAGE: ["same", "different"],
        Field.CONTENT: [content.value for content in Content],
        Field.TRASH: [REMOVED, KEPT],
        Field.ROW: [REMOVED, KEPT, ADDED],
        Field.READING: [PageHints(turn).text for turn in TURNS_DEG] + [PageHints(form="acat").text],
    }
    for field, codes in values.items():
        said += [
            (value, re.sub(r"<[^>]+>", "", shown.decided(field.value, value)).strip())  # type: ignore[attr-defined]
            for value in codes
        ]
    assert [code for code, words in said if code == words] == []


@pytest.mark.parametrize("path", ["/again", "/pages/{}/settle"])
def test_other_pages_say_why_one_failed_in_the_language_of_the_person(path: str, fresh_site: Site) -> None:
    with open_campaign(fresh_site.folder) as campaign:
        entry = campaign.inputs.add("/scans/locked.pdf", "f" * 64, 1, 1, date(2026, 11, 2))
        failure = Failure(PageId("/scans/locked.pdf", 1), "load", "encrypted", "a.pdf is locked.")
        campaign.inputs.set_pages(entry.id, 1)
        campaign.pages.save(entry.id, Digitized(failure), "synthetic", "0")
        line = next(each for each in campaign.listing.lines(Shown.FAILED, "", 0, 9)[0])
        key = page_key(line.id)
        campaign.review.decide(key, Field.CONTENT, Content.AGAIN.value, "Ada")
    shown = Client(fresh_site).enter(language="de").get(path.format(line.id)).text
    assert "verlangt ein Passwort" in shown


def test_problems_of_reading_and_of_the_campaign_are_told_in_the_language_of_the_person(
    fresh_site: Site,
) -> None:
    client = Client(fresh_site).enter(language="de")
    write_progress(fresh_site.folder, Progress(Work.STOPPED, problem(STUCK, file="a.pdf", times=3)))
    assert str(client.get("/progress").json["sentence"]).startswith("a.pdf wurde 3-mal gelesen")
    (fresh_site.folder / DATABASE).unlink()
    answer = client.get("/pages")
    assert answer.status == 503 and "ist aber da; bringen Sie campaign.sqlite zurück" in answer.text
