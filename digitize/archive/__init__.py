"""Whole campaigns: packed with their scans into one file, unpacked on another machine, merged."""

from digitize.archive.merge_folders import merge_folders
from digitize.archive.pack import Packed, pack
from digitize.archive.unpack import Unpacked, unpack

__all__ = ["Packed", "Unpacked", "merge_folders", "pack", "unpack"]
