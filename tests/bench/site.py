"""Measure every page of the site over a large campaign: `python -m tests.bench.site FOLDER`.

`tests.bench.growth` makes such campaigns and keeps them in the folder that DIGITIZE_BENCH names.  Each page
is asked for several times.
"""

import sys
import time
from pathlib import Path
from statistics import median
from urllib.parse import quote

from digitize.campaign.store import open_campaign
from tests.web.site import Client, running

TIMES = 5
LIMIT_MS = 300
PATHS = (
    *("/", "/figures", "/progress", "/files", "/pages", "/again", "/search", "/log", "/settings"),
    *("/audit", "/learn", "/matches", "/sessions", "/review", "/review/count"),
    *("/pages?show=open", "/pages?file=0999", "/pages?leaf=2"),
    *("/search?text=babe", "/search?text=weg", f"/search?text={quote('weg 8001')}", "/search?status=signed"),
    *("/pages/50", "/pages/50/settle", "/pages/50/rows/1"),
)


def main(folder: Path) -> None:
    with open_campaign(folder) as campaign:
        last = max(campaign.derived.take_snapshot().page_ids.values())
    paths = (*PATHS, f"/pages/{last}", f"/pages?leaf={last // 100}")
    slow = 0
    with running(folder) as site:
        client = Client(site).enter()
        for path in paths:
            spent_ms, status = [], 0
            for _ in range(TIMES):
                start_s = time.perf_counter()
                status = client.get(path).status
                spent_ms.append((time.perf_counter() - start_s) * 1000)
            slow += median(spent_ms) > LIMIT_MS
            print(
                f"{path:<28}{status:>5}{median(spent_ms):>8.0f} ms, at most {max(spent_ms):.0f} ms",
                flush=True,
            )
    print(f"{slow} of {len(paths)} pages take more than {LIMIT_MS} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
