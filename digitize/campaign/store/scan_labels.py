"""Label scans by the shortest ending of their path that tells them apart."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePath


def label_of(connection: sqlite3.Connection, path: str) -> str:
    """Return the label of one scan of the campaign; only scans with the same base name are compared."""
    name = PurePath(path).name
    same = connection.execute("SELECT path FROM inputs WHERE substr(path, -length(?1)) = ?1", (name,))
    return label_paths([line["path"] for line in same if PurePath(line["path"]).name == name])[path]


def label_paths(paths: Sequence[str]) -> dict[str, str]:
    """Return the label of each of several distinct paths."""
    by_name = defaultdict(list)
    for path in paths:
        by_name[PurePath(path).name].append(path)
    labels = {}
    for name, group in by_name.items():
        if len(group) == 1:  # as most are
            labels[group[0]] = name
            continue
        parts, depth = [PurePath(path).parts for path in group], 1
        while len({part[-depth:] for part in parts}) < len(group):
            depth += 1
        labels.update(
            {path: PurePath(*part[-depth:]).as_posix() for path, part in zip(group, parts, strict=True)}
        )
    return labels
