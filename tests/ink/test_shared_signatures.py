"""Signatures over two rows and stamps over a row are found; neighbours' own signatures are not shared."""

from dataclasses import replace

import numpy as np

from digitize.ink.shared_signatures import is_stamped, joint_with
from samples.synthetic import Signing
from tests.ink.inks import PITCH_MM, PLAIN, draw_lines, empty_strip, ownership_of, row_y, signers, synthetic

LIMIT_MM = 3.0  # of stroke in an inked cell


def name(r: int) -> list[np.ndarray]:
    """Return letters like N in the name cell of row `r`."""
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    return [letter + np.array([x, row_y(r) + 1.2]) for x in np.arange(28.0, 60.0, 3.0)]


def signature(row: float, height_mm: float = 5.0) -> np.ndarray:
    """Return a wave in the signature column, around the middle of a row."""
    x = np.linspace(142, 170, 200)
    return np.column_stack([x, row_y(row) + height_mm / 2 * np.sin(2.2 * x)])


def joint(*lines: np.ndarray, named: tuple[int, ...] = (2, 3), struck: int | None = None) -> list[int | None]:
    """Return the rows with which rows 2 and 3 share one signature."""
    page = empty_strip()
    drawn = [letter for r in named for letter in name(r)] + list(lines)
    ownership = ownership_of(page, draw_lines(page, *drawn))
    return [joint_with(ownership, [r == struck for r in range(8)], k, LIMIT_MM) for k in (2, 3)]


def test_a_signature_across_the_border_is_shared_with_the_next_row() -> None:
    assert joint(signature(2.5, 8.0)) == [3, None]


def test_one_block_of_letters_across_the_border_is_shared_with_the_next_row() -> None:
    """Each row owns two of the letters, but all of them lie on both sides of the border."""
    letter = np.array([(0.0, 3.0), (0.0, -3.0), (3.0, 3.0), (3.0, -3.0)])
    block = [letter + np.array([145.0 + 5 * i, row_y(2.5) + (0.7 if i % 2 else -0.7)]) for i in range(4)]
    assert joint(*block) == [3, None]


def test_the_row_that_lacks_a_signature_shares_its_neighbours() -> None:
    """The signature of row 2 reaches well into row 3, which is filled in but not signed."""
    assert joint(signature(2.3, 12.0)) == [None, 2]


def test_the_end_of_a_large_signature_is_not_shared_with_the_row_below() -> None:
    """A loop of the signature of row 2 reaches into row 3, which is filled in but not signed."""
    loop = np.array([(150.0, row_y(2)), (150.0, row_y(2.95)), (153.0, row_y(2.95)), (153.0, row_y(2))])
    assert joint(signature(2, 6.0), loop) == [None, None]


def test_rows_with_signatures_of_their_own_share_none() -> None:
    assert joint(signature(2), signature(3)) == [None, None]


def test_a_blank_row_shares_no_signature() -> None:
    assert joint(signature(2.3, 12.0), named=(2,)) == [None, None]


def test_struck_rows_share_no_signature() -> None:
    assert joint(signature(2.3, 12.0), struck=3) == [None, None]
    assert joint(signature(2.3, 12.0), struck=2) == [None, None]


def test_an_underline_in_the_row_below_is_not_a_shared_signature() -> None:
    underline = np.array([(142.0, row_y(2.5) + 1.2), (172.0, row_y(2.5) + 1.4)])
    assert joint(signature(2), underline) == [None, None]


def test_most_synthetic_joint_signatures_are_found() -> None:
    """Two of these eight look like a signature in either row."""
    found = 0
    for seed in range(8):
        above, below = signers(seed)[2:4]
        rows = (replace(above, signature=Signing.JOINT), replace(below, signature=Signing.JOINT_BELOW))
        ownership = ownership_of(synthetic((None, None, *rows), seed=seed))
        found += any(joint_with(ownership, [False] * 8, r, LIMIT_MM) == 5 - r for r in (2, 3))
    assert found >= 6


def test_a_stamp_lies_over_the_rows_under_its_frame_only() -> None:
    ownership = ownership_of(synthetic((), replace(PLAIN, stamps=("over",)), 1))
    boxes = ownership.strokes.boxes[ownership.stamps.frame] / ownership.px_per_mm
    top, bottom = boxes[:, 1].min(), boxes[:, 3].max()
    for r in range(8):
        overlap_mm = min(bottom, row_y(r + 0.5)) - max(top, row_y(r - 0.5))
        if abs(overlap_mm - 0.3 * PITCH_MM) > 0.5:
            assert is_stamped(ownership, r) == (overlap_mm > 0.3 * PITCH_MM), r


def test_a_page_without_stamps_has_no_stamped_rows() -> None:
    page = empty_strip()
    ownership = ownership_of(page, draw_lines(page, signature(2, 12.0)))
    assert not any(is_stamped(ownership, r) for r in range(8))
