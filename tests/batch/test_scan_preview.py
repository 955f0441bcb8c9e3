"""Previews of original scans: rendered in another process, within limits."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from digitize.batch.scan_preview import LONG_SIDE_PX, render_preview
from digitize.errors import DigitizeError
from digitize.images import decode


def png(path: Path, height_px: int, width_px: int) -> Path:
    cv2.imwrite(str(path), np.full((height_px, width_px), 200, np.uint8))
    return path


def test_a_page_is_rendered_small(tmp_path: Path) -> None:
    shown = decode(render_preview(str(png(tmp_path / "a.png", 3000, 2000)), 1))
    assert max(shown.shape) == LONG_SIDE_PX


def test_it_is_decoded_in_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitize.batch.scan_preview.load_page", None)  # not inherited by a spawned process
    assert render_preview(str(png(tmp_path / "a.png", 300, 200)), 1)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n broken", b"%PDF-1.4 broken"])
def test_a_damaged_scan_is_a_sentence_without_a_path(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(DigitizeError, match=r"^Page 1 of a\.png cannot be shown"):
        render_preview(str(path), 1)
