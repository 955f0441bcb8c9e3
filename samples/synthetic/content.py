"""What is written in each cell of a filled row, and the truth about the row."""

from dataclasses import dataclass

from digitize.records import ADDRESS_ROLES, NAME_ROLES, Mark, Role
from samples.synthetic.fills import WITH_ADDRESS, Entry, RowFill, Signing
from samples.synthetic.form_design import Design
from samples.synthetic.signers import Person
from samples.synthetic.truth import CellTruth, Quad, RowTruth

_IDEM = {"de": "dito", "fr": "idem", "it": "idem"}
_MARK = {Entry.DASH: Mark.DASH, Entry.TICK: Mark.TICK, Entry.DITTO: Mark.DITTO}
_SIGNING_MARK = {Signing.DASH: Mark.DASH, Signing.TICK: Mark.TICK}
_SIGNING_FLAG = {
    Signing.LARGE: "large_signature",
    Signing.PRINTED: "printed_signature",
    Signing.INITIALS: "initials",
    Signing.DASH: "mark_dash",
    Signing.TICK: "mark_tick",
    Signing.JOINT: "joint_signature",
    Signing.JOINT_BELOW: "joint_signature",
}
_NO_SIGNATURE = (Signing.BLANK, Signing.DASH, Signing.TICK)
_JOINT = (Signing.JOINT, Signing.JOINT_BELOW)


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a cell: lines of text, or a mark, or (in the signature column) a way of signing."""

    lines: tuple[str, ...] = ()
    mark: Mark = Mark.NONE
    signing: Signing | None = None

    @property
    def inked(self) -> bool:
        signed = self.signing is not None and self.signing is not Signing.BLANK
        return bool(self.lines) or self.mark is not Mark.NONE or signed

    @property
    def mark_of_ink(self) -> Mark:
        if self.signing is not None and self.inked:
            return _SIGNING_MARK.get(self.signing, Mark.WRITING)
        return Mark.WRITING if self.lines else self.mark


def cell_content(row: RowFill, role: Role, language: str) -> Content:
    """Return what the row has in the column with this role."""
    if role is Role.SIGNATURE:
        return Content(signing=row.signature)
    if role in NAME_ROLES:
        return _entry(row.name, role, row, language)
    if role in (*ADDRESS_ROLES, Role.COUNTRY, Role.CANTON):
        return _entry(row.address, role, row, language)
    if role in (Role.NUMBER, Role.OTHER) or row.name is not Entry.WRITTEN:
        return Content()
    return Content(_written(row, role))


def row_truth(
    design: Design, index: int, row: RowFill | None, quad: Quad, quads: tuple[Quad, ...]
) -> RowTruth:
    """Return the truth about the row at `index`; `quads` are the corners of its cells."""
    number = design.first_row + index
    roles = [column.role for column in design.columns]
    if row is None:
        cells = tuple(CellTruth(role, at, False) for role, at in zip(roles, quads, strict=True))
        return RowTruth(number, index, "blank", quad, cells)
    contents = [cell_content(row, role, design.language) for role in roles]
    cells = tuple(
        CellTruth(role, at, content.inked, "\n".join(content.lines), content.mark_of_ink)
        for role, at, content in zip(roles, quads, contents, strict=True)
    )
    person = row.person
    has_name = row.name is Entry.WRITTEN
    has_address = row.address in WITH_ADDRESS
    signed = row.signature not in _NO_SIGNATURE
    return RowTruth(
        number,
        index,
        _kind(row, has_name, has_address, signed),
        quad,
        cells,
        name=full_name(person, row.hand.order) if has_name else "",
        given=person.given if has_name else "",
        family=person.family if has_name else "",
        address=person.address if has_address else "",
        postcode=person.town.postcode if has_address else "",
        locality=person.town.name if has_address else "",
        canton=person.town.region if has_address else "",
        has_name=has_name,
        has_address=has_address,
        has_signature=signed,
        struck=bool(row.strike),
        ditto=row.address in (Entry.DITTO, Entry.IDEM),
        ambiguous=row.signature in (*_JOINT, Signing.TICK),
        flags=_flags(row),
    )


def full_name(person: Person, order: str) -> str:
    return order.replace("given", person.given).replace("family", person.family)


def _entry(entry: Entry, role: Role, row: RowFill, language: str) -> Content:
    if entry is Entry.WRITTEN:
        return Content(_written(row, role))
    if entry is Entry.IDEM:
        return Content((_IDEM[row.person.town.language if language == "en" else language],))
    return Content(mark=_MARK.get(entry, Mark.NONE))


def _written(row: RowFill, role: Role) -> tuple[str, ...]:
    person = row.person
    if role is Role.ADDRESS:
        lines = (person.street, person.postcode_town) if row.hand.two_lines else (person.address,)
        return tuple(line.upper() for line in lines) if row.hand.capitals else lines
    text = {
        Role.NAME: full_name(person, row.hand.order),
        Role.FAMILY_NAME: person.family,
        Role.GIVEN_NAME: person.given,
        Role.STREET: person.street,
        Role.POSTCODE: person.town.postcode,
        Role.TOWN: person.town.name,
        Role.POSTCODE_TOWN: person.postcode_town,
        Role.COUNTRY: person.town.country or "CH",
        Role.CANTON: person.town.region,
        Role.DATE: f"{1 + person.born % 28}.{1 + person.born % 12}.24",
        Role.BIRTH: str(person.born),
        Role.EMAIL: person.email,
        Role.PHONE: f"079 555 {person.born % 90 + 10} {len(person.address) + 10}",
    }[role]
    return (text.upper() if row.hand.capitals else text,)


def _kind(row: RowFill, has_name: bool, has_address: bool, signed: bool) -> str:
    if row.strike:
        return "struck"
    if not (has_name or has_address or signed):
        return "mark_only"
    if has_name and has_address:
        return "normal" if signed else "no_signature"
    if has_name:
        return "no_address" if signed else "name_only"
    return "signature_only"


def _flags(row: RowFill) -> tuple[str, ...]:
    flags = [_SIGNING_FLAG.get(row.signature, "")]
    flags.append("mark_dash" if Entry.DASH in (row.name, row.address) else "")
    flags.append("mark_tick" if Entry.TICK in (row.name, row.address) else "")
    flags.append("corrected" if row.corrected else "")
    flags.append("overflow" if row.overflow else "")
    return tuple(dict.fromkeys(flag for flag in flags if flag))
