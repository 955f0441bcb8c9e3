"""How people fill the rows of a sheet."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from samples.synthetic.form_design import Design
from samples.synthetic.hands import Hand, random_hand
from samples.synthetic.signers import Person, random_people


class Entry(StrEnum):
    """What a text cell contains."""

    BLANK = "blank"
    WRITTEN = "written"
    DASH = "dash"
    TICK = "tick"
    DITTO = "ditto"  # ditto marks
    IDEM = "idem"  # the word for "the same"


WITH_ADDRESS = (Entry.WRITTEN, Entry.DITTO, Entry.IDEM)  # entries that give an address


class Signing(StrEnum):
    """What the signature cell contains."""

    BLANK = "blank"
    PEN = "pen"  # an ordinary signature
    LARGE = "large"  # a signature that runs into the neighbouring rows
    PRINTED = "printed"  # the name in ordinary writing
    INITIALS = "initials"
    DASH = "dash"
    TICK = "tick"
    JOINT = "joint"  # one signature across this row and the next
    JOINT_BELOW = "joint-below"  # the second row of a joint signature


class Strike(StrEnum):
    """How a row is crossed out."""

    NONE = ""
    SINGLE = "single"
    DOUBLE = "double"
    ZIGZAG = "zigzag"
    CROSS = "x"


@dataclass(frozen=True, slots=True)
class RowFill:
    """A filled row.

    `corrected`: a word was crossed out and written again; `overflow`: the address is too long for its cell.
    """

    person: Person
    hand: Hand
    name: Entry = Entry.WRITTEN
    address: Entry = Entry.WRITTEN
    signature: Signing = Signing.PEN
    strike: Strike = Strike.NONE
    corrected: bool = False
    overflow: bool = False


Rows = tuple[RowFill | None, ...]  # None is a blank row


@dataclass(frozen=True, slots=True)
class Habits:
    """How often things happen, as shares of the filled rows."""

    missing: float = 0.10
    struck: float = 0.04
    joint: float = 0.04  # of the rows above a member of the same household
    ditto: float = 0.5  # of the rows whose address repeats the row above
    corrected: float = 0.04
    odd_signature: float = 0.2
    skipped: float = 0.05
    overflow: float = 0.05


TIDY = Habits(0, 0, 0, 0, 0, 0, 0, 0)


def random_fill(design: Design, seed: int, share: float = 0.6, habits: Habits = Habits()) -> Rows:
    """Fill about `share` of the rows, from the top; the same seed gives the same rows."""
    rng = np.random.default_rng([seed, 1])
    if len(design.storeys) > 1:  # another name stands between two signatures
        habits = replace(habits, joint=0.0)
    count = round(share * design.row_count)
    people = random_people(rng, count, design.language)
    rows: list[RowFill | None] = []
    previous: RowFill | None = None
    for person, below in zip(people, [*people[1:], None], strict=False):
        joined = previous is not None and previous.signature is Signing.JOINT
        if not joined and rng.random() < habits.skipped and len(rows) + count < design.row_count:
            rows.append(None)
            previous = None
        row = _row(rng, person, previous, below, habits)
        if joined:
            row = replace(row, name=Entry.WRITTEN, signature=Signing.JOINT_BELOW, strike=Strike.NONE)
        rows.append(row)
        previous = row
    if previous is not None and previous.signature is Signing.JOINT:  # there is no next row to share it with
        rows[-1] = replace(previous, signature=Signing.PEN)
    rows += [None] * (design.row_count - len(rows))
    return tuple(rows[: design.row_count])


def _row(
    rng: np.random.Generator,
    person: Person,
    previous: RowFill | None,
    below: Person | None,
    habits: Habits,
) -> RowFill:
    neighbour = previous is not None and previous.person.address == person.address
    same_hand = neighbour and rng.random() < 0.35
    row = RowFill(person, previous.hand if same_hand and previous else random_hand(rng))
    if neighbour and previous and previous.address in WITH_ADDRESS and rng.random() < habits.ditto:
        row = replace(row, address=Entry.DITTO if rng.random() < 0.7 else Entry.IDEM)
    if rng.random() < habits.odd_signature:
        odd = (Signing.LARGE, Signing.PRINTED, Signing.INITIALS)
        row = replace(row, signature=odd[int(rng.integers(3))])
    if rng.random() < habits.struck:
        return replace(row, strike=list(Strike)[1 + int(rng.integers(4))])
    couple = below is not None and below.address == person.address
    if couple and rng.random() < habits.joint and row.address is Entry.WRITTEN:
        return replace(row, signature=Signing.JOINT)
    if rng.random() < habits.missing:
        return _incomplete(rng, row)
    return replace(
        row,
        corrected=bool(rng.random() < habits.corrected),
        overflow=bool(rng.random() < habits.overflow) and row.address is Entry.WRITTEN,
    )


def _incomplete(rng: np.random.Generator, row: RowFill) -> RowFill:
    """Return the row with something missing."""
    written, blank = Entry.WRITTEN, Entry.BLANK
    choices = (
        (0.3, replace(row, name=written, address=blank)),
        (0.07, replace(row, name=written, address=Entry.DASH)),
        (0.2, replace(row, name=written, address=written, signature=Signing.BLANK)),
        (0.07, replace(row, name=written, address=written, signature=Signing.DASH)),
        (0.06, replace(row, name=written, address=written, signature=Signing.TICK)),
        (0.1, replace(row, name=written, address=blank, signature=Signing.BLANK)),
        (0.06, replace(row, name=written, address=blank, signature=Signing.DASH)),
        (0.07, replace(row, name=blank, address=blank, signature=Signing.PEN)),
        (0.04, replace(row, name=Entry.TICK, address=blank, signature=Signing.BLANK)),
        (0.03, replace(row, name=blank, address=Entry.DASH, signature=Signing.BLANK)),
    )
    index = int(rng.choice(len(choices), p=[share for share, _ in choices]))
    return choices[index][1]


@dataclass(frozen=True, slots=True)
class Extras:
    """What is written outside the rows: a date, a Z through the blank rows, a note."""

    date: str = ""
    closing_z: bool = False
    note: str = ""  # below the table
