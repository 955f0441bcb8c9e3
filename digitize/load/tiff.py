"""The directories of a TIFF: which of them are pages, and where the data of a page lie.

Pillow walks through all directories to count them and reports neither what kind
of picture each holds nor that the chain of directories is cut off.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

REDUCED, MASK = 1, 4  # bits of NewSubfileType: a thumbnail, a transparency mask
OLD_REDUCED = 2  # value of the older SubfileType
THUMBNAIL_MAX_PX = 320  # long side of a picture that is no page ...
PAGE_MIN_PX = 800  # ... in a file with a picture of this size
SAMPLES_MAX = 6  # CMYK with two channels more; what has more is no scan
VALUES_MAX = 1_000_000  # of one tag; a page has a few thousand strips

_UNCOMPRESSED = 1
_NEW_SUBFILE_TYPE, _WIDTH, _HEIGHT, _COMPRESSION = 254, 256, 257, 259
_SUBFILE_TYPE, _OFFSETS, _SAMPLES, _LENGTHS = 255, 273, 277, 279
_TILE_OFFSETS, _TILE_LENGTHS, _JPEG_TABLES = 324, 325, 347
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 13: 4, 16: 8}  # bytes of the types of tags that are read here
_LETTERS = {1: "B", 2: "B", 3: "H", 4: "I", 7: "B", 13: "I", 16: "Q"}
_WANTED = {
    *(_NEW_SUBFILE_TYPE, _WIDTH, _HEIGHT, _COMPRESSION, _SUBFILE_TYPE, _OFFSETS, _SAMPLES, _LENGTHS),
    *(_TILE_OFFSETS, _TILE_LENGTHS, _JPEG_TABLES),
}


@dataclass(frozen=True, slots=True)
class Directory:
    """One picture of a TIFF; without a size if the file is cut off before its directory."""

    index: int  # among all directories, as Pillow counts them
    tags: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def number(self, tag: int, default: int = 0) -> int:
        values = self.tags.get(tag, ())
        return values[0] if values else default

    @property
    def long_side_px(self) -> int:
        return max(self.number(_WIDTH), self.number(_HEIGHT))

    @property
    def compression(self) -> int:
        return self.number(_COMPRESSION, 1)

    @property
    def is_raw(self) -> bool:
        return self.compression == _UNCOMPRESSED

    @property
    def samples(self) -> int:
        return self.number(_SAMPLES, 1)

    @property
    def jpeg_tables(self) -> bytes:
        return bytes(self.tags.get(_JPEG_TABLES, ()))

    @property
    def pieces(self) -> list[tuple[int, int]]:
        """Offset and length of every strip or tile."""
        offsets = self.tags.get(_OFFSETS) or self.tags.get(_TILE_OFFSETS, ())
        return list(zip(offsets, self.tags.get(_LENGTHS) or self.tags.get(_TILE_LENGTHS, ()), strict=False))

    @property
    def is_marked_no_page(self) -> bool:
        """Whether the file itself says that this is a thumbnail or a mask."""
        marked = self.number(_NEW_SUBFILE_TYPE) & (REDUCED | MASK)
        return bool(marked) or self.number(_SUBFILE_TYPE) == OLD_REDUCED


def pages(path: Path, most: int) -> list[Directory]:
    """Return the directories that are pages, at most `most` + 1 of them.

    A directory that the file should hold but does not is a page too: it fails
    when it is loaded, instead of being passed over.
    """
    with path.open("rb") as file:
        found = []
        for directory in directories(file):
            found.append(directory)
            if len(found) > most:
                break
    largest_px = max((directory.long_side_px for directory in found), default=0)
    real = [d for d in found if not d.is_marked_no_page and not _is_tiny(d, largest_px)]
    return real or found


def _is_tiny(directory: Directory, largest_px: int) -> bool:
    return largest_px >= PAGE_MIN_PX and 0 < directory.long_side_px <= THUMBNAIL_MAX_PX


def directories(file: BinaryIO) -> Iterator[Directory]:
    """Yield all directories of a TIFF in their order."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", head, 2)[0] == 43
    offset_format = order + ("Q" if big else "I")
    seen: set[int] = set()
    try:
        (offset,) = struct.unpack_from(offset_format, head, 8 if big else 4)
        while offset and offset not in seen:
            seen.add(offset)
            tags, offset = _directory(file, offset, order, big)
            yield Directory(len(seen) - 1, tags)
    except (struct.error, OverflowError, ValueError, OSError):
        yield Directory(max(0, len(seen) - 1))


def _directory(file: BinaryIO, offset: int, order: str, big: bool) -> tuple[dict[int, tuple[int, ...]], int]:
    """Return the wanted tags of the directory at `offset`, and the offset of the next one."""
    count_format, entry_bytes, inline_bytes = ("Q", 20, 8) if big else ("H", 12, 4)
    file.seek(offset)
    (count,) = struct.unpack(order + count_format, file.read(8 if big else 2))
    if count > VALUES_MAX:
        raise ValueError("a directory with so many entries is none")
    entries = file.read(count * entry_bytes)
    if len(entries) < count * entry_bytes:
        raise ValueError("the file ends within a directory")
    following = file.read(inline_bytes)
    (after,) = struct.unpack(order + ("Q" if big else "I"), following.ljust(inline_bytes, b"\0"))
    tags = {}
    for start in range(0, len(entries), entry_bytes):
        tag, kind = struct.unpack_from(order + "HH", entries, start)
        (number,) = struct.unpack_from(order + ("Q" if big else "I"), entries, start + 4)
        if tag in _WANTED and kind in _SIZES and number <= VALUES_MAX:
            inline = entries[start + entry_bytes - inline_bytes : start + entry_bytes]
            tags[tag] = _values(file, kind, number, inline, order)
    return tags, after


def _values(file: BinaryIO, kind: int, number: int, inline: bytes, order: str) -> tuple[int, ...]:
    length = _SIZES[kind] * number
    data = inline[:length]
    if length > len(inline):
        file.seek(struct.unpack(order + ("Q" if len(inline) == 8 else "I"), inline)[0])
        data = file.read(length)
    return struct.unpack(f"{order}{number}{_LETTERS[kind]}", data)
