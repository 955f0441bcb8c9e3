import cv2
import numpy as np
import pytest

from digitize.components import connected_components


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_bounds_areas_and_centres_are_those_of_opencv(share: float) -> None:
    rng = np.random.default_rng(1)
    ink = rng.random((90, 140)) < share
    found = connected_components(ink)
    _, labels, stats, centres = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    assert np.array_equal(found.labels, labels)
    assert np.array_equal(found.stats[1:], stats[1:])
    assert np.allclose(found.centres[1:], centres[1:], atol=1e-9)


def test_ink_at_the_sides_of_two_rows_is_not_one_run() -> None:
    ink = np.zeros((4, 6), dtype=np.bool_)
    ink[1, 4:], ink[2, :2] = True, True
    assert connected_components(ink).stats[1:, cv2.CC_STAT_WIDTH].tolist() == [2, 2]


def test_paper_alone_has_no_components() -> None:
    assert len(connected_components(np.zeros((5, 5), dtype=np.bool_)).stats) == 1


def test_a_mask_may_be_a_view_of_another() -> None:
    ink = np.zeros((6, 8), dtype=np.bool_)
    ink[2, 1:7] = True
    left, top, width, height, area = connected_components(ink.T).stats[1].tolist()
    assert (left, top, width, height, area) == (2, 1, 1, 6, 6)


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0)])
def test_an_empty_mask_has_no_components(shape: tuple[int, int]) -> None:
    found = connected_components(np.zeros(shape, dtype=np.bool_))
    assert found.labels.shape == shape
    assert (len(found.stats), len(found.centres)) == (1, 1)
