"""Eight people decide on 100,000 rows for a minute: how long answers take, and that nothing is lost."""

import csv
import http.client
import json
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from digitize.campaign.store import open_campaign
from tests.bench.campaign import ROWS_PER_PAGE, make
from tests.web.served import served

PAGES = 100_000 // ROWS_PER_PAGE
CLIENTS = 8
LASTS_S = 60.0
ENDS_WITHIN_S = 900.0  # the tables of 100,000 rows are written at the end
AT_ONCE = 12  # questions, as the pages ask for them
VIEWS = ("count", "region", "text")
DECIDED = {
    "count": ("status", "incomplete"),
    "region": ("canton", "ZH / 8001 / Zürich"),
    "name": ("name", "Ada Muster"),
    "address": ("address", "Weg 2\n8001 Zürich"),
}  # by the kind of the question: field and value
STARTS = re.compile(r'name="csrf" content="([^"]+)"')

Made = tuple[str, str, str]  # the key of a row, the field, and who


@dataclass
class Reviewer:
    """One browser: asks for questions, decides them, and looks at pages in between."""

    link: str
    who: str
    seed: int
    took_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    made: list[Made] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def work(self) -> "Reviewer":
        self._at = urlsplit(self.link)
        self._connection = http.client.HTTPConnection(str(self._at.hostname), self._at.port, timeout=60)
        self._headers: dict[str, str] = {}
        self._connection.request("GET", f"/?{self._at.query}")
        got = self._connection.getresponse()
        got.read()
        self._headers["Cookie"] = str(got.getheader("set-cookie")).split(";")[0]
        found = STARTS.search(self._ask("start", "GET", "/hello").decode())
        assert found
        self._headers |= {"X-CSRF-Token": found.group(1), "Origin": f"http://{self._at.netloc}"}
        form = urlencode({"csrf": found.group(1), "who": self.who}).encode()
        self._ask("start", "POST", "/hello", form, "application/x-www-form-urlencoded")
        dice = random.Random(self.seed)
        until_s = time.monotonic() + LASTS_S
        while time.monotonic() < until_s:
            view = dice.choice(VIEWS)
            asked = json.loads(self._ask("questions", "GET", f"/review/next?view={view}&most={AT_ONCE}"))
            self._decide([each for each in asked["questions"] if not each["second"]])
            self._ask("page", "GET", f"/pages/{dice.randint(1, PAGES)}")
            self._ask("overview", "GET", "/")
        self._connection.close()
        return self

    def _decide(self, questions: list[dict[str, str]]) -> None:
        if not questions:
            return
        decided = [(each["key"], *DECIDED[each["kind"]]) for each in questions]
        sent = [{"key": key, "field": what, "value": value} for key, what, value in decided]
        body = json.dumps({"decisions": sent}).encode()
        answer = json.loads(self._ask("decisions", "POST", "/review/decisions", body, "application/json"))
        lost = set(answer["lost"])
        self.made += [(key, what, self.who) for at, (key, what, _) in enumerate(decided) if at not in lost]

    def _ask(self, what: str, method: str, path: str, body: bytes | None = None, kind: str = "") -> bytes:
        start_s = time.perf_counter()
        sent = self._headers | ({"Content-Type": kind} if kind else {})
        self._connection.request(method, path, body, sent)
        answer = self._connection.getresponse()
        text = answer.read()
        self.took_s[what].append(time.perf_counter() - start_s)
        self.statuses.add(answer.status)
        return text


def stored(folder: Path) -> Iterator[Made]:
    with open_campaign(folder) as campaign:
        for line in campaign.review.trail():
            assert line.row is not None
            key = line.row
            yield f"{key.page_id}.{key.index}.{key.number}", line.field.value, line.by


def print_times(reviewers: list[Reviewer]) -> None:
    for what in ("questions", "decisions", "page", "overview"):
        times_ms = sorted(1000 * each for reviewer in reviewers for each in reviewer.took_s[what])
        p50, p95, p99 = (statistics.quantiles(times_ms, n=100)[at - 1] for at in (50, 95, 99))
        print(
            f"{what:10} {len(times_ms):6} requests, {p50:6.0f} ms median, {p95:6.0f} ms 95 %, "
            f"{p99:6.0f} ms 99 %, {times_ms[-1]:6.0f} ms at most"
        )


@pytest.mark.campaign
def test_eight_people_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "friday"
    make(folder, PAGES, decided=0)
    before = list(stored(folder))
    with served(folder, ends_within_s=ENDS_WITHIN_S) as running, ThreadPoolExecutor(CLIENTS) as pool:
        people = [Reviewer(running.link, f"person {at}", at) for at in range(CLIENTS)]
        reviewers = list(pool.map(Reviewer.work, people))
        made = [each for reviewer in reviewers for each in reviewer.made]
        print(f"\n{len(made)} decisions of {CLIENTS} people in {LASTS_S:.0f} s", flush=True)
        print_times(reviewers)
    assert {status for reviewer in reviewers for status in reviewer.statuses} <= {200, 303, 409}
    assert sorted(list(stored(folder))[len(before) :]) == sorted(made), "each exactly once"
    assert len({(key, what) for key, what, _ in made}) == len(made), "no row was given to two people"
    decided_rows = {key for key, _, _ in made}
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [bool(line["decided"]) for line in csv.DictReader(file)]
    assert len(lines) == PAGES * ROWS_PER_PAGE
    assert sum(lines) >= len(decided_rows), "the tables have every decision"
    with open_campaign(folder) as campaign:
        assert campaign.review.totals().decided >= len(decided_rows)
