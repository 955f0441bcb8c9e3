"""Roles made consistent with each other and with a known form."""

from collections.abc import Sequence
from dataclasses import replace

from digitize.form import AUTO, Form, load_form, shipped_forms
from digitize.images import Page
from digitize.records import Column, Role
from digitize.stages.header.words import SURE_MATCH, Words, meaning

EMPLOYER = "firma"
TOWN_ROLES = {Role.TOWN, Role.POSTCODE, Role.POSTCODE_TOWN}  # beside one of them an address is a street
NUMBER_COLUMN_MM = 18.0  # a narrow first column without a header word holds the numbers


def settled_roles(columns: list[Column], form: Form, page: Page, words: Words) -> tuple[Column, ...]:
    """Roles made consistent: number column, name or family name, gaps filled from a form that agrees."""
    first = columns[0]
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
    if roles.count(Role.SIGNATURE) > 1:  # "Firma" is a signature in Italian and an employer in German
        roles = [
            Role.OTHER if role is Role.SIGNATURE and column.header.lower() == EMPLOYER else role
            for role, column in zip(roles, columns, strict=True)
        ]
    # A column that says it is for remarks or for the office is no unread column of a known form.
    other = [column.header for column in columns if column.role is Role.OTHER and column.header]
    understood = any(meaning(text, words)[1] >= SURE_MATCH for text in other)
    candidates = [form] if form.name != AUTO else [load_form(name) for name in shipped_forms()]
    for known in candidates:
        if not understood and _agrees(roles, known.roles):
            roles = list(known.roles)
            break
    return tuple(replace(column, role=role) for column, role in zip(columns, roles, strict=True))


def _agrees(read: list[Role], known: Sequence[Role]) -> bool:
    """Whether a form has as many columns and no other role anywhere than was read."""
    if len(read) != len(known):
        return False
    return all(role in (Role.OTHER, expected) for role, expected in zip(read, known, strict=True))
