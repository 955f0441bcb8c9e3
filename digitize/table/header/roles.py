"""Roles made consistent with each other and with a known form."""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from digitize.form.definition import AUTO, Form, FormColumn, load_form, shipped_forms
from digitize.images import Page
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Column, Role, Table
from digitize.table.header.header_words import SURE_MATCH, Words, meaning, plain

NEEDED = {"signature": (Role.SIGNATURE,), "name": NAME_ROLES, "address": ADDRESS_ROLES}
UNREAD_MM = 25.0  # a column in which a name, an address or a signature is written is as wide
EMPLOYER = "firma"
TOWN_ROLES = {Role.TOWN, Role.POSTCODE, Role.POSTCODE_TOWN}  # beside one of them an address is a street
MISREAD_MATCH = 45  # of 100: a header that was misread has so much of its letters left
LEAST_LETTERS = 4  # fewer are dust or the rest of a word
WORD_LETTERS = 4  # different ones in a word
VOWEL_SHARE = 0.25
NUMBER_COLUMN_MM = 18.0  # a narrow first column without a header word holds the numbers


def lacks(table: Table, form: Form) -> tuple[str, ...]:
    """What a row needs to count and this table has no column for, in words; a form may do without it."""
    found = {column.role for column in table.columns}
    return tuple(
        word
        for word, roles in NEEDED.items()
        if found.isdisjoint(roles) and not (form.columns and set(form.roles).isdisjoint(roles))
    )


def settled_roles(columns: list[Column], form: Form, page: Page, words: Words) -> tuple[Column, ...]:
    """Roles made consistent: number column, name or family name, gaps filled from a form that agrees."""
    first = _unspanned(columns)
    if first.role is Role.OTHER and first.right_px - first.left_px <= page.px(NUMBER_COLUMN_MM):
        columns = [replace(first, role=Role.NUMBER), *columns[1:]]
    roles = [column.role for column in columns]
    if Role.GIVEN_NAME in roles and Role.NAME in roles:
        roles[roles.index(Role.NAME)] = Role.FAMILY_NAME
    elif Role.FAMILY_NAME in roles and Role.GIVEN_NAME not in roles and Role.NAME not in roles:
        roles[roles.index(Role.FAMILY_NAME)] = Role.NAME
    elif Role.GIVEN_NAME in roles and Role.FAMILY_NAME not in roles:
        roles[roles.index(Role.GIVEN_NAME)] = Role.NAME
    if Role.ADDRESS in roles and Role.STREET not in roles and not TOWN_ROLES.isdisjoint(roles):
        roles[roles.index(Role.ADDRESS)] = Role.STREET
    signed = {c.header.lower() for c, role in zip(columns, roles, strict=True) if role is Role.SIGNATURE}
    if len(signed) > 1:  # "Firma" is a signature in Italian and an employer in German
        roles = [
            Role.OTHER if role is Role.SIGNATURE and column.header.lower() == EMPLOYER else role
            for role, column in zip(roles, columns, strict=True)
        ]
    # A column that says it is for remarks or for the office is no unread column of a known form.
    other = [column.header for column in columns if column.role is Role.OTHER and column.header]
    understood = any(meaning(text, words)[1] >= SURE_MATCH for text in other)
    candidates = [form] if form.name != AUTO else [load_form(name) for name in shipped_forms()]
    for known in candidates:
        if not understood and _agrees(roles, columns, known):
            roles = list(known.roles)
            break
    settled = [replace(column, role=role) for column, role in zip(columns, roles, strict=True)]
    return tuple(_completed(settled, page))


def _unspanned(columns: Sequence[Column]) -> Column:
    """The first column without the header word of the second, if only a worn rule lets it span both."""
    first, *others = columns
    spanned = others and (first.role, first.header) == (others[0].role, others[0].header)
    return replace(first, role=Role.OTHER, header="") if spanned and first.header else first


def _completed(columns: list[Column], page: Page) -> list[Column]:
    """The only column that a row needs and that is missing is the only one whose header cannot be read."""
    missing = [roles[0] for roles in NEEDED.values() if not any(c.role in roles for c in columns)]
    unread = [
        i
        for i, column in enumerate(columns)
        if column.role is Role.OTHER
        and column.right_px - column.left_px >= page.px(UNREAD_MM)
        and sum(c.isalpha() for c in column.header) < LEAST_LETTERS
    ]
    if len(missing) == len(unread) == 1:
        columns[unread[0]] = replace(columns[unread[0]], role=missing[0])
    return columns


def _agrees(read: list[Role], columns: Sequence[Column], known: Form) -> bool:
    """Whether a form has as many columns, no other role anywhere than was read, and no other header."""
    if len(read) != len(known.columns):
        return False
    return all(
        role is expected.role or (role is Role.OTHER and not _says_other(column.header, expected))
        for role, column, expected in zip(read, columns, known.columns, strict=True)
    )


def _says_other(header: str, expected: FormColumn) -> bool:
    """Whether a header that is no known word is too far from the form's to be a misreading of it."""
    text = plain(header)
    if not _is_word(text) or not expected.words:
        return False
    return max(fuzz.partial_ratio(text, plain(word)) for word in expected.words) < MISREAD_MATCH


def _is_word(text: str) -> bool:
    """Whether a plain text looks like a word, and not like strokes that were taken for letters: "AHNN"."""
    letters = [c for c in text if c.isalpha()]
    vowels = sum(c in "aeiouy" for c in letters)
    return len(set(letters)) >= WORD_LETTERS and vowels >= VOWEL_SHARE * len(letters)
