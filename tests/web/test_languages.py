"""The pages speak four languages: every text is translated, placeholders kept, compiled files in step."""

import io
import re
from gettext import GNUTranslations

import pytest

from digitize.web.translations import LANGUAGES, catalogue, wanted
from tests.web.catalogues import TRANSLATED, compiled, po_path, read, texts

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
def test_the_compiled_catalogue_is_in_step(code: str) -> None:
    packed = po_path(code).with_suffix(".mo").read_bytes()
    assert translations(packed) == translations(compiled(read(code)))


def translations(packed: bytes) -> dict[object, str]:
    """All but the header, which names the version of Babel."""
    found = dict(GNUTranslations(io.BytesIO(packed))._catalog)  # type: ignore[attr-defined]
    return {text: string for text, string in found.items() if text}


def test_a_browser_gets_the_language_it_wants_most() -> None:
    assert wanted("fr-CH, fr;q=0.9, de;q=0.7, *;q=0.5") == "fr"
    assert wanted("pt, de-CH;q=0.4, it;q=0.6") == "it"
    assert wanted("pt-BR, *;q=0.1") == "en"
    assert wanted("de;q=nonsense, ,;;") == "en"
    assert {catalogue(code).gettext("Log") for code in LANGUAGES} == {
        "Log",
        "Protokoll",
        "Journal",
        "Registro",
    }
