"""In which order people see files."""

import re


def natural_key(text: str) -> tuple[tuple[int, str, int], ...]:
    """Sort key with numbers by value: scan2 before scan10, whatever the case."""
    parts = re.split(r"(\d+)", text.casefold())
    return tuple((1, "", int(p)) if p.isdecimal() else (0, p, 0) for p in parts if p)
