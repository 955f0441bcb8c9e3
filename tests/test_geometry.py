"""Boxes, transforms and the mesh back to the scan, checked as properties over arbitrary numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.geometry import MESH_ERROR_PX, MESH_NODES_MAX, Box, Homography, Mesh, Rule, px_per_mm

A4_PX = (2480.0, 3508.0)  # 300 dpi
CAMERA_DISTANCE = 1.2  # in page heights: a phone 36 cm above the paper

numbers = st.floats(-5000, 5000)
sizes = st.floats(0, 5000)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, top = draw(numbers), draw(numbers)
    return Box(left, top, left + draw(sizes), top + draw(sizes))


def perspective(pitch_deg: float, yaw_deg: float = 0.0) -> Homography:
    """A phone's view of an A4 page tilted around its middle."""
    width, height = A4_PX
    pitch, yaw = np.radians([pitch_deg, yaw_deg])
    tilt = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    pose = turn @ tilt
    away = CAMERA_DISTANCE * height
    camera = np.array([[away, 0, width / 2], [0, away, height / 2], [0, 0, 1]])
    centred = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    matrix = camera @ np.column_stack([pose[:, 0], pose[:, 1], [0, 0, away]]) @ centred
    return Homography.of(matrix / matrix[2, 2])


def grid(width: float, height: float, steps: int) -> list[tuple[float, float]]:
    return [(x, y) for y in np.linspace(0, height, steps) for x in np.linspace(0, width, steps)]


def max_error_px(mesh: Mesh, exact: Homography, points: list[tuple[float, float]]) -> float:
    return float(np.abs(np.array(mesh.to_scan(points)) - np.array(exact.apply(points))).max())


def test_dpi_is_converted_to_pixels_per_millimetre() -> None:
    assert px_per_mm(254) == 10


@given(boxes())
def test_sides_centre_and_corners_are_consistent(box: Box) -> None:
    assert box.width >= 0
    assert box.height >= 0
    assert np.mean(box.corners, axis=0) == pytest.approx(box.centre, abs=1e-6)
    assert box.corners[0] == (box.left, box.top)
    assert box.corners[2] == (box.right, box.bottom)


def test_corners_are_listed_clockwise() -> None:
    assert Box(0, 0, 2, 1).corners == ((0, 0), (2, 0), (2, 1), (0, 1))


@given(boxes(), st.floats(0, 100), st.floats(0, 100))
def test_expanding_moves_every_side(box: Box, x: float, y: float) -> None:
    assert box.expanded(x, y) == Box(box.left - x, box.top - y, box.right + x, box.bottom + y)
    assert box.expanded(x) == box.expanded(x, x)


@given(boxes(), sizes, sizes)
def test_clipped_box_lies_on_the_page_and_is_never_inverted(box: Box, width: float, height: float) -> None:
    cut = box.clipped(width, height)
    assert 0 <= cut.left <= cut.right <= width
    assert 0 <= cut.top <= cut.bottom <= height
    assert cut.clipped(width, height) == cut
    inside = box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height
    assert not inside or cut == box


@given(boxes(), boxes())
def test_union_is_the_smallest_box_around_both(one: Box, other: Box) -> None:
    both = one.union(other)
    assert both == other.union(one)
    assert {both.left, both.top, both.right, both.bottom} <= {
        *(one.left, one.top, one.right, one.bottom),
        *(other.left, other.top, other.right, other.bottom),
    }
    for box in (one, other):
        assert box.union(both) == both


@given(boxes())
def test_slices_cut_the_box_out_of_an_array(box: Box) -> None:
    page = np.zeros((40, 30))
    rows, columns = box.clipped(30, 40).slices()
    cut = page[rows, columns].shape
    cut_box = box.clipped(30, 40)
    assert abs(cut[0] - cut_box.height) <= 1
    assert abs(cut[1] - cut_box.width) <= 1
    assert Box(-5, -5, 3, 4).slices() == (slice(0, 4), slice(0, 3))


@given(st.floats(-25, 25), st.floats(-25, 25), st.lists(st.tuples(sizes, sizes), min_size=1, max_size=9))
def test_transform_and_inverse_cancel(pitch: float, yaw: float, points: list[tuple[float, float]]) -> None:
    points = [(x / 5000 * A4_PX[0], y / 5000 * A4_PX[1]) for x, y in points]
    view = perspective(pitch, yaw)
    assert np.array(view.inverse().apply(view.apply(points))) == pytest.approx(np.array(points), abs=1e-5)
    both = view.after(perspective(yaw, pitch)).apply(points)
    assert np.array(both) == pytest.approx(
        np.array(view.apply(perspective(yaw, pitch).apply(points))), abs=1e-6
    )


def test_transforms_are_built_from_arrays() -> None:
    shift = Homography.of(np.array([[1.0, 0, 5], [0, 1, -3]]))
    assert shift.apply([(1, 1)]) == [(6, -2)]
    assert Homography.identity().apply([(1, 2), (3, 4)]) == [(1, 2), (3, 4)]
    assert Homography.identity().apply([]) == []
    np.testing.assert_array_equal(shift.matrix, [[1, 0, 5], [0, 1, -3], [0, 0, 1]])


@given(st.floats(-180, 180), st.floats(0.2, 3), numbers, st.tuples(numbers, numbers))
def test_rotated_pages_need_four_nodes_and_are_exact_everywhere(
    turn_deg: float, scale: float, shift: float, point: tuple[float, float]
) -> None:
    angle = np.radians(turn_deg)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    flat = Homography.of(np.array([[cos, -sin, shift], [sin, cos, -shift]]))
    mesh = Mesh.of_homography(flat, *A4_PX)
    assert (len(mesh.x_px), len(mesh.y_px)) == (2, 2)
    assert max_error_px(mesh, flat, [point]) < 1e-6, "inside the page and far beyond it"


@pytest.mark.parametrize(
    ("tilt", "share"), [((0.2, 0), 1), ((10, 0), 1), ((18, 18), 1), ((25, 0), 2), ((25, 25), 2)]
)
def test_perspective_stays_within_the_documented_error(tilt: tuple[float, float], share: float) -> None:
    """With nine by nine nodes the error would be 7 px at 25 degrees."""
    view = perspective(*tilt)
    mesh = Mesh.of_homography(view, *A4_PX)
    assert max_error_px(mesh, view, grid(*A4_PX, 61)) <= share * MESH_ERROR_PX
    assert len(mesh.x_px) <= MESH_NODES_MAX


def test_mesh_is_bilinear_between_its_nodes_and_extends_beyond_them() -> None:
    bent = Mesh((0, 10, 30), (0, 20), (((0, 0), (10, 2), (30, 0)), ((0, 20), (12, 26), (30, 20))))
    assert bent.to_scan([(10, 0), (30, 20), (0, 20)]) == [(10, 2), (30, 20), (0, 20)]
    assert bent.to_scan([(5, 10)]) == [((0 + 10 + 0 + 12) / 4, (0 + 2 + 20 + 26) / 4)]
    assert bent.to_scan([(20, 0)]) == [(20, 1)]
    assert bent.to_scan([(40, 0)]) == [(40, -1)], "the last cell is extended beyond the last node"
    assert bent.to_scan([(-10, 0)]) == [(-10, -2)]


@given(
    st.floats(0, 3000),
    st.floats(0, 3000),
    st.lists(st.floats(-500, 500), min_size=1, max_size=4),
    st.lists(st.floats(-500, 4000), max_size=20),
)
def test_many_positions_on_a_rule_are_those_of_each(
    start_px: float, length_px: float, coefficients: list[float], along_px: list[float]
) -> None:
    rule = Rule(start_px, start_px + length_px, tuple(coefficients), 1.0)
    each = [rule.at(along) for along in along_px]
    many = rule.at_each(np.array(along_px, dtype=np.float64))
    np.testing.assert_allclose(many, each, rtol=1e-12, atol=1e-9)
