"""Pack a campaign with its scans into one file, and unpack it on another machine."""

from digitize.archive.pack import Packed, pack
from digitize.archive.unpack import Unpacked, unpack

__all__ = ["Packed", "Unpacked", "pack", "unpack"]
