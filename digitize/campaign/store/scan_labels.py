"""What scans are called: by the shortest end of their path that tells them from others."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePath


def label_of(connection: sqlite3.Connection, path: str) -> str:
    """The label of one scan of the campaign; only those with the same base name need be compared."""
    name = PurePath(path).name
    same = connection.execute("SELECT path FROM inputs WHERE substr(path, -length(?1)) = ?1", (name,))
    return label_paths([line["path"] for line in same if PurePath(line["path"]).name == name])[path]


def label_paths(paths: Sequence[str]) -> dict[str, str]:
    """The shortest endings of distinct paths that tell those with the same base name apart."""
    alike = defaultdict(list)
    for path in paths:
        alike[PurePath(path).name].append(path)
    labels = {}
    for group in alike.values():
        parts, depth = [PurePath(path).parts for path in group], 1
        while len({part[-depth:] for part in parts}) < len(group):
            depth += 1
        labels.update(
            {path: PurePath(*part[-depth:]).as_posix() for path, part in zip(group, parts, strict=True)}
        )
    return labels
