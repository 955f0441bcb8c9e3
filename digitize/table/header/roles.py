"""Make the roles of columns consistent with each other and with a known form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rapidfuzz import fuzz

from digitize.form.definition import AUTO, Form, FormColumn, load_form, shipped_forms
from digitize.images import Page
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Column, Role, Table
from digitize.table.header.header_words import SURE_MATCH, Words, fold, match_role

REQUIRED_ROLES = {"signature": (Role.SIGNATURE,), "name": NAME_ROLES, "address": ADDRESS_ROLES}


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """Limits for unread headers and number columns."""

    min_writing_mm: float = 25.0  # width of a column for a name, an address or a signature
    min_letters: int = 4  # fewer are dust or a remnant of a word
    min_word_letters: int = 5  # of a word that is no header word; shorter ones are pieces of pale print
    min_stamped: int = 5  # letters of a word that is looked for in a stamped header; others are in many words
    min_misread_match: int = 45  # of 100; a misread header still resembles the word this much
    min_resemblance: int = 65  # of 100, of a misread word to one for the role that is missing
    min_different_letters: int = 4  # in a word
    min_vowel_share: float = 0.25  # in a word
    number_column_mm: float = 18.0  # a narrow first column without a header holds the row numbers


SETTINGS = RoleSettings()
EMPLOYER = "firma"
TOWN_ROLES = {Role.TOWN, Role.POSTCODE, Role.POSTCODE_TOWN}  # next to one of them, "address" means the street


def missing_columns(table: Table, form: Form) -> tuple[str, ...]:
    """Return what a row needs to count but the table has no column for, in words.

    A form may do without some of it.
    """
    found = {column.role for column in table.columns}
    return tuple(
        word
        for word, roles in REQUIRED_ROLES.items()
        if found.isdisjoint(roles) and not (form.columns and set(form.roles).isdisjoint(roles))
    )


def resolve_roles(columns: list[Column], form: Form, page: Page, words: Words) -> tuple[Column, ...]:
    """Resolve roles: number column, name or family name, and gaps filled from a form that agrees."""
    first = _first_column(columns)
    if first.role is Role.OTHER and first.right_px - first.left_px <= page.px(SETTINGS.number_column_mm):
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
    signature_headers = {
        c.header.lower() for c, role in zip(columns, roles, strict=True) if role is Role.SIGNATURE
    }
    if len(signature_headers) > 1:  # "Firma" is a signature in Italian and an employer in German
        roles = [
            Role.OTHER if role is Role.SIGNATURE and column.header.lower() == EMPLOYER else role
            for role, column in zip(roles, columns, strict=True)
        ]
    # A column that is for remarks or for the office, as its header says, is not an unread one.
    other = [column.header for column in columns if column.role is Role.OTHER and column.header]
    has_other_purpose = any(match_role(text, words)[1] >= SURE_MATCH for text in other)
    candidates = [form] if form.name != AUTO else [load_form(name) for name in shipped_forms()]
    for known in candidates:
        if not has_other_purpose and _agrees_with_form(roles, columns, known):
            roles = list(known.roles)
            break
    resolved = [replace(column, role=role) for column, role in zip(columns, roles, strict=True)]
    return tuple(_fill_missing_role(_fill_town(resolved, words), page, words))


def _first_column(columns: Sequence[Column]) -> Column:
    """Return the first column, without its header if a worn rule merged it with that of the second."""
    first, *others = columns
    spanned = others and (first.role, first.header) == (others[0].role, others[0].header)
    return replace(first, role=Role.OTHER, header="") if spanned and first.header else first


def _fill_town(columns: list[Column], words: Words) -> list[Column]:
    """Give unread columns right behind the street the roles for postcode and town, if none has them.

    Words as short as "PLZ" and "Ort" are soon misread.
    """
    roles = [column.role for column in columns]
    if Role.STREET not in roles or not TOWN_ROLES.isdisjoint(roles):
        return columns
    start = roles.index(Role.STREET) + 1
    unread = list(takewhile(lambda column: _is_unread_town(column, words), columns[start:]))
    towns = {1: [Role.POSTCODE_TOWN], 2: [Role.POSTCODE, Role.TOWN]}.get(len(unread), [])
    if start + len(unread) == len(columns):  # remarks at the end
        return columns
    for i, role in enumerate(towns, start):
        columns[i] = replace(columns[i], role=role)
    return columns


def _is_unread_town(column: Column, words: Words) -> bool:
    known = match_role(column.header, words)[1] >= SURE_MATCH  # as something else
    return column.role is Role.OTHER and not known and _may_be_for(column.header, tuple(TOWN_ROLES), words)


def _fill_missing_role(columns: list[Column], page: Page, words: Words) -> list[Column]:
    """Give the only missing required role to the only wide column whose header may be for it.

    A misread word for it tells more than letters that say nothing.
    """
    missing = [roles for roles in REQUIRED_ROLES.values() if not any(c.role in roles for c in columns)]
    if len(missing) != 1:
        return columns
    wide = [
        i
        for i, column in enumerate(columns)
        if column.role is Role.OTHER and column.right_px - column.left_px >= page.px(SETTINGS.min_writing_mm)
    ]
    misread = [i for i in wide if _resembles(columns[i].header, missing[0], words)]
    unread = misread or [i for i in wide if _may_be_for(columns[i].header, missing[0], words)]
    if len(unread) == 1:
        columns[unread[0]] = replace(columns[unread[0]], role=missing[0][0])
    return columns


def _resembles(header: str, roles: Sequence[Role], words: Words) -> bool:
    """Return whether a header is more like a word for one of the roles than like any other."""
    role, match = match_role(header, words)
    return role in roles and match >= SETTINGS.min_resemblance


def _may_be_for(header: str, roles: Sequence[Role], words: Words) -> bool:
    """Return whether a header is illegible, or a word for one of the roles is read with a stamp in one."""
    text = fold(header)
    letters = [sum(character.isalpha() for character in word) for word in text.split()]
    if sum(letters) < SETTINGS.min_letters or max(letters) < SETTINGS.min_word_letters:
        return True
    return any(role in roles and len(word) >= SETTINGS.min_stamped and word in text for word, role in words)


def _agrees_with_form(read: list[Role], columns: Sequence[Column], known: Form) -> bool:
    """Return whether a form has as many columns and contradicts no role or header that was read."""
    if len(read) != len(known.columns):
        return False
    return all(
        role is expected.role or (role is Role.OTHER and not _contradicts(column.header, expected))
        for role, column, expected in zip(read, columns, known.columns, strict=True)
    )


def _contradicts(header: str, expected: FormColumn) -> bool:
    """Return whether an unknown header is too different from the form's to be a misreading of it."""
    text = fold(header)
    if not _is_word(text) or not expected.words:
        return False
    # Pieces of a stamp may stand before and after the word.
    pieces = [piece for piece in text.split() if len(piece) >= SETTINGS.min_stamped]
    words = [fold(word) for word in expected.words]
    likeness = [fuzz.partial_ratio(text, word) for word in words]
    likeness += [fuzz.ratio(piece, word) for piece in pieces for word in words]
    return max(likeness) < SETTINGS.min_misread_match


def _is_word(text: str) -> bool:
    """Return whether a folded text looks like a word rather than like misread strokes ("AHNN")."""
    letters = [c for c in text if c.isalpha()]
    vowels = sum(c in "aeiouy" for c in letters)
    return len(set(letters)) >= SETTINGS.min_different_letters and vowels >= SETTINGS.min_vowel_share * len(
        letters
    )
