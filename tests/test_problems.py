"""Sentences about problems are told in four languages, also after they went through a file or a process."""

import json
import pickle

import pytest

from digitize import problems
from digitize.errors import BadStore
from digitize.problems import Problem, problem, problem_of, restored, stored
from digitize.translations import LANGUAGES, SOURCE, catalogue

FILLED = {
    name: f"<{name}>" for name in ("folder", "file", "reason", "version", "known", "backup", "database")
}
FILLED |= {"signal": "9", "times": "3"}


def made(template: str) -> Problem:
    return problem(template, **{name: value for name, value in FILLED.items() if f"{{{name}}}" in template})


@pytest.mark.parametrize("template", problems.TEMPLATES)
def test_every_sentence_is_told_in_every_language_with_its_values(template: str) -> None:
    sentence = made(template)
    assert str(sentence) == sentence.told(catalogue(SOURCE).gettext)
    for code in LANGUAGES:
        told = sentence.told(catalogue(code).gettext)
        assert code == SOURCE or told != sentence
        assert all(value in told for name, value in FILLED.items() if f"{{{name}}}" in template), told


def test_a_sentence_survives_files_processes_and_errors() -> None:
    sentence = made(problems.STUCK)
    told = sentence.told(catalogue("de").gettext)
    for same in (
        pickle.loads(pickle.dumps(sentence)),
        restored(json.loads(json.dumps(stored(sentence)))),
        problem_of(BadStore(sentence)),
    ):
        assert same == sentence and same.told(catalogue("de").gettext) == told
    assert str(BadStore(sentence)) == sentence


def test_a_sentence_that_nobody_knows_stays_as_it_is() -> None:
    for sentence in (Problem("Something else."), problem_of(ValueError("Something else."))):
        assert sentence.told(catalogue("de").gettext) == "Something else."
    kept = dict(stored(made(problems.STUCK))) | {"template": "{file} of another version"}
    assert restored(kept).told(catalogue("de").gettext) == str(made(problems.STUCK))
