"""Helpers for tests of addresses: lines of text, and the shipped directory."""

import numpy as np

from digitize.address.directory import Locality, load_directory
from digitize.address.locate import ParsedAddress, locate
from digitize.ocr.engines import Line
from digitize.records import Role

DIRECTORY = load_directory()
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.äöü"

# Localities whose name and postcode leave only one canton.
UNIQUE = [
    locality
    for locality in DIRECTORY.localities
    if len(locality.cantons) == 1
    and all(
        {canton for canton, _ in other.cantons} == {locality.cantons[0][0]}
        for other in DIRECTORY.by_name(locality.name)
    )
]

Step = dict[str, float]


def located(*texts: str, roles: tuple[Role, ...] = (), confidence: float = 0.9) -> ParsedAddress:
    """Return what `locate` makes of these lines, read without probabilities."""
    return locate([Line(text, confidence) for text in texts], DIRECTORY, roles)


def locality(postcode: str, name: str) -> Locality:
    """Return the locality of this postcode and name."""
    return next(each for each in DIRECTORY.by_postcode(postcode) if each.name == name)


def line_of(*steps: Step) -> Line:
    """Return a line whose recogniser gave characters these probabilities, with a blank after each."""
    log_probs = np.full((2 * len(steps), len(ALPHABET) + 1), np.log(1e-6), np.float32)
    for index, step in enumerate(steps):
        for character, probability in step.items():
            log_probs[2 * index, ALPHABET.index(character) + 1] = np.log(probability)
        log_probs[2 * index + 1, 0] = 0.0
    text = "".join(max(step, key=lambda character: step[character]) for step in steps)
    return Line(text, 0.9, log_probs, ALPHABET)


def clear(text: str) -> list[Step]:
    """Return the steps of characters that are read with near certainty."""
    return [{character: 0.98} for character in text]
