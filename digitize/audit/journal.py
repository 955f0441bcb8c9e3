"""The file of an audit: one line for each event, only ever added to.

It lies beside the campaign and holds numbers of pages and rows, answers, and the names of those who looked.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digitize.audit.outcome import Outcome, Plan, Truth, evaluate, units_needed
from digitize.audit.units import Stratum, Unit, draw, fingerprint
from digitize.campaign.store import AuditRow, Campaign
from digitize.errors import BadStore
from digitize.records import Region, Status

FILE = "audit.jsonl"
MOST_PER_PAGE = 30  # signatures on a page, where no page of the campaign tells
PEOPLE_MAX = 2
_samples: dict[object, Sequence[Unit]] = {}  # the last one: pages of the site ask for it again and again
_COMMITTED, _DRAWN, _ANSWERED = "committed", "drawn", "answered"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said about a unit; `counts` and `region` as in `Truth`."""

    by: str
    counts: int | None
    region: str


@dataclass
class Audit:
    """The state of an audit, from its events."""

    folder: Path
    units: list[Unit] = field(default_factory=list)
    print: str = ""  # of everything that is audited
    at: str = ""  # day and time at which that was written down
    seed: str = ""
    people: int = 1
    rounds: list[Mapping[Stratum, int]] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    most_per_page: int = MOST_PER_PAGE

    @property
    def sample(self) -> Sequence[Unit]:
        """The units drawn so far, in the order in which they are shown."""
        if not self.rounds:
            return []
        key = self.print, self.seed, tuple(sorted(self.rounds[-1].items()))
        if key not in _samples:
            _samples.clear()
            _samples[key] = draw(self.units, self.seed, self.rounds[-1])
        return _samples[key]

    def next_for(self, who: str) -> Unit | None:
        """Return a unit that this person has not answered and that still needs an answer."""
        for unit in self.sample:
            given = self.answers.get(unit.name, [])
            if self.needs_answer(unit) and all(answer.by != who for answer in given):
                return unit
        return None

    def needs_answer(self, unit: Unit) -> bool:
        """Return whether too few people answered, or two disagree and no third one has answered."""
        given = self.answers.get(unit.name, [])
        if len(given) < self.people:
            return True
        return self.people > 1 and len(given) == self.people and len({_said(one) for one in given}) > 1

    @property
    def open(self) -> int:
        return sum(self.needs_answer(unit) for unit in self.sample)

    def outcome(self) -> Outcome | None:
        """Return the result, None while units are open."""
        if not self.rounds or self.open:
            return None
        return evaluate(self.units, self.truths(), self.most_per_page, len(self.rounds))

    def needed(self, share: float) -> Plan | None:
        """Return what it takes for the total to be right within a share (0..1), None if nothing does."""
        return units_needed(self.units, self.truths(), self.most_per_page, share, len(self.rounds) + 1)

    def truths(self) -> dict[str, Truth]:
        return {
            unit.name: truth_of(self.answers[unit.name]) for unit in self.sample if unit.name in self.answers
        }


def truth_of(answers: Sequence[Answer]) -> Truth:
    """Return what most people said; nothing if they do not agree."""
    ((counts, times), *others) = Counter(answer.counts for answer in answers).most_common()
    if others and others[0][1] == times:
        return Truth(None)
    regions = Counter(answer.region for answer in answers if answer.counts == counts).most_common()
    agreed = len(regions) == 1 or regions[0][1] > regions[1][1]
    return Truth(counts, regions[0][0] if agreed else "")


def _said(answer: Answer) -> tuple[int | None, str]:
    return answer.counts, answer.region


def commit(campaign: Campaign) -> Audit:
    """Write down what is audited, before anybody knows the seed.

    Raises BadStore if there is an audit already, or nothing to audit.
    """
    path = campaign.folder / FILE
    if path.exists():
        raise BadStore(f"{path} holds an audit already; move it away to begin another.")
    rows = list(campaign.audit_rows())
    units = [_unit_of(row) for row in rows]
    if not units:
        raise BadStore(f"There is nothing to audit in {campaign.folder}; digitize scans first.")
    most = max(Counter(row.page_id for row in rows if row.status is not None).values(), default=MOST_PER_PAGE)
    listed = [[unit.page_id, unit.row, unit.number, unit.stratum.value, unit.region] for unit in units]
    _append(path, _COMMITTED, units=listed, print=fingerprint(units), most_per_page=most)
    return load(campaign.folder)


def load(folder: Path) -> Audit:
    """Return the audit of a campaign.  Raises BadStore if there is none or its file was changed."""
    audit = Audit(folder)
    for event in _events(folder / FILE):
        match event["event"]:
            case "committed":
                audit.print, audit.at = event["print"], event["at"]
                audit.most_per_page = event["most_per_page"]
                audit.units = _units_of(event["units"], audit.print, folder)
            case "drawn":
                audit.seed, audit.people = event["seed"], event["people"]
                audit.rounds.append({Stratum(name): n for name, n in event["sizes"].items()})
            case "answered":
                answer = Answer(event["by"], event["counts"], event["region"])
                audit.answers.setdefault(event["unit"], []).append(answer)
    return audit


def _units_of(listed: Sequence[Sequence[Any]], told: str, folder: Path) -> list[Unit]:
    units = [
        Unit(page_id, row, number, Stratum(stratum), region)
        for page_id, row, number, stratum, region in listed
    ]
    if fingerprint(units) != told:
        raise BadStore(f"{folder / FILE} was changed by another program; this audit proves nothing any more.")
    return units


def is_current(audit: Audit, campaign: Campaign) -> bool:
    """Return whether the count is still the one that is audited."""
    return fingerprint(_unit_of(row) for row in campaign.audit_rows()) == audit.print


def exists(folder: Path) -> bool:
    return (folder / FILE).is_file()


def add_round(audit: Audit, seed: str, people: int, wanted: Mapping[Stratum, int]) -> None:
    """Draw the first sample, or a larger one with the same seed.  Raises BadStore."""
    _append(
        audit.folder / FILE, _DRAWN, seed=seed, people=people, sizes={k.value: v for k, v in wanted.items()}
    )


def add_answer(audit: Audit, unit: Unit, answer: Answer) -> None:
    """Store what a person said.  Raises BadStore."""
    _append(
        *(audit.folder / FILE, _ANSWERED),
        unit=unit.name,
        by=answer.by,
        counts=answer.counts,
        region=answer.region,
    )


def _unit_of(row: AuditRow) -> Unit:
    stratum = _stratum_of(row)
    counts = row.status is Status.SIGNED
    region = row.region if row.region != Region.AMBIGUOUS else Region.UNKNOWN.value
    return Unit(row.page_id, row.index, row.number, stratum, region if counts else "")


def _stratum_of(row: AuditRow) -> Stratum:
    if row.status is None:
        return Stratum.PAGES
    counts = row.status is Status.SIGNED
    if row.decided:
        return Stratum.DECIDED_COUNTED if counts else Stratum.DECIDED_NOT_COUNTED
    if row.status is Status.BLANK:
        return Stratum.BLANK
    return Stratum.COUNTED if counts else Stratum.NOT_COUNTED


def _events(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise BadStore(f"There is no audit in {path.parent}; begin one with digitize audit.") from error
    for line in lines:
        try:
            yield dict(json.loads(line))
        except ValueError:
            continue  # cut off by a sudden end; the answer is asked again


def _append(path: Path, event: str, **values: Any) -> None:
    line = json.dumps({"event": event, "at": datetime.now(UTC).isoformat(timespec="seconds"), **values})
    try:
        with path.open("a", encoding="utf-8") as file:
            # A line that a sudden end has cut off must not swallow this one.
            file.write(f"\n{line}\n" if file.tell() else f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise BadStore(f"{path} cannot be written ({error.strerror}).") from error
