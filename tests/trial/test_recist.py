"""RECIST 1.1 against cases worked by hand from Eisenhauer 2009 (sections 4.3.1 and 4.6, table 3)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinecast.trial.recist import BACK, GROWN, NEW_LESION, Other, Response, best_response, first_response, timepoints

CR, PR, SD, PD, NE = Response.CR, Response.PR, Response.SD, Response.PD, Response.NE
GONE, MISSED = 0.0, float("nan")


def seen(baseline: list[float], *scans: list[float], new: int | None = None) -> list[Response]:
    """Return the response at each scan of one patient; `new` is the index of the scan at which a new lesion appears."""
    new_lesion = np.zeros((1, len(scans)), dtype=bool)
    if new is not None:
        new_lesion[0, new:] = True
    return [Response(code) for code in timepoints(np.array([[baseline, *scans]]), new_lesion).responses[0]]


@pytest.mark.parametrize(
    ("case", "got", "expected"),
    [
        ("a fall of exactly 30 % is PR", seen([50, 50], [35, 35]), [PR]),
        ("a fall of 29 % is SD", seen([50, 50], [35, 36]), [SD]),
        ("all lesions gone is CR", seen([50, 50], [GONE, GONE]), [CR]),
        ("one of two gone is PR at most", seen([50, 20], [30, GONE]), [PR]),
        ("a rise of exactly 20 % and 5 mm is PD", seen([50, 50], [60, 60]), [PD]),
        ("a rise of 19 % is SD", seen([50, 50], [60, 59]), [SD]),
        ("a rise of 20 % but 4 mm is SD", seen([10, 10], [12, 12]), [SD]),
        ("the rise counts from the smallest sum, not from baseline", seen([50, 50], [30, 30], [36, 36]), [PR, PD]),
        ("a rise from nadir that is still 30 % below baseline is PD", seen([100], [40], [50]), [PR, PD]),
        ("the nadir includes baseline", seen([50, 50], [55, 55], [60, 60]), [SD, PD]),
        ("a new lesion is PD although targets shrink", seen([50, 50], [20, 20], new=0), [PD]),
        ("a new lesion is PD although targets were not imaged", seen([50, 50], [MISSED, 20], new=0), [PD]),
        ("a target that was not imaged makes the scan NE", seen([50, 50], [MISSED, 20]), [NE]),
        ("an NE scan does not enter the nadir", seen([50, 50], [MISSED, 20], [55, 55]), [NE, SD]),
        ("after PD nothing is assessed", seen([50], [70], [GONE]), [PD, NE]),
        ("a lesion that comes back after CR is PD", seen([50, 50], [GONE, GONE], [4, GONE]), [CR, PD]),
        ("stays SD while it does not change", seen([50], [50], [50]), [SD, SD]),
        ("a lesion below 10 mm is no target but must go for CR", seen([50, 8], [GONE, 8], [GONE, GONE]), [PR, CR]),
        ("growth of a lesion below 10 mm is not counted in the sum", seen([50, 8], [50, 60]), [SD]),
        ("without a measurable lesion nothing is evaluable", seen([8, 6], [GONE, GONE], [20, 20]), [NE, NE]),
        ("at most five lesions are targets", seen([60, 50, 40, 30, 20, 10], [60, 50, 40, 30, 20, 100]), [SD]),
    ],
)
def test_timepoint_response(case: str, got: list[Response], expected: list[Response]):
    assert got == expected, case


def test_what_is_seen_of_other_lesions_and_why_a_scan_shows_progression():
    diameters = np.array(
        [
            [[50, 8], [40, 8], [40, GONE], [40, 6], [60, 6]],  # another lesion goes and is back; then the target grows
            [[50, GONE], [40, GONE], [40, 5], [30, 5], [30, GONE]],  # one shows up that baseline did not show
            [[50, 8], [GONE, GONE], [GONE, 4], [MISSED, MISSED], [70, 20]],  # all goes, and one is back
        ]
    )
    new_lesion = np.zeros((3, 4), dtype=bool)
    new_lesion[1, 3] = True
    found = timepoints(diameters, new_lesion)
    none, present, gone, back = Other.NONE, Other.PRESENT, Other.GONE, Other.BACK
    assert found.targets.tolist() == [1, 1, 1]
    assert found.others.tolist() == [1, 0, 1]
    assert found.other[0].tolist() == [present, gone, back, back]
    assert found.other[1].tolist() == [none, back, back, gone]
    assert found.other[2, :2].tolist() == [gone, back]
    assert found.progression.tolist() == [[0, 0, 0, GROWN], [0, 0, 0, NEW_LESION], [0, BACK, 0, 0]]
    assert ((found.progression > 0) == (found.responses == PD)).all()


WEEKS = [6, 12, 18, 24]


@pytest.mark.parametrize(
    ("responses", "expected"),
    [  # table 3: confirmed best response when CR and PR need confirmation
        ([CR, CR], CR),
        ([PR, CR, CR], CR),
        ([PR, CR], PR),
        ([PR, PR], PR),
        ([PR, NE, PR], PR),
        ([PR, SD, PR], PR),
        ([PR, SD], SD),
        ([PR, PD], SD),
        ([PR, NE], SD),
        ([CR, PD], SD),
        ([SD, PD], SD),
        ([SD, SD], SD),
        ([PD], PD),
        ([NE, PD], PD),
        ([NE, NE], NE),
        ([NE, SD], SD),
        ([CR, NE], SD),
        ([SD, PR, PR], PR),
    ],
)
def test_confirmed_best_response(responses: list[Response], expected: Response):
    times = 7.0 * np.array(WEEKS[: len(responses)])
    assert best_response(np.array([responses]), times, 28.0, 42.0)[0] == expected


def test_best_response_without_confirmation():
    times = np.array([42.0, 84.0])
    assert best_response(np.array([[PR, PD], [CR, PD], [SD, PD]]), times, None, 42.0).tolist() == [PR, CR, SD]


@pytest.mark.parametrize(("gap", "expected"), [(28.0, PR), (27.0, SD)])
def test_confirmation_takes_four_weeks(gap: float, expected: Response):
    assert best_response(np.array([[PR, PR]]), np.array([42.0, 42.0 + gap]), 28.0, 42.0)[0] == expected


def test_stable_disease_must_last():
    early = np.array([[SD, PD]])
    assert best_response(early, np.array([28.0, 56.0]), 28.0, 42.0)[0] == PD
    assert best_response(np.array([[SD]]), np.array([28.0]), 28.0, 42.0)[0] == NE


def test_a_response_starts_at_the_first_scan_that_is_confirmed():
    times = np.array([42.0, 84.0, 126.0])
    assert first_response(np.array([[SD, PR, PR], [PR, SD, SD]]), times, 28.0, PR).tolist() == [1, 3]


def test_without_scans_nothing_is_evaluable():
    none = timepoints(np.full((4, 1, 2), 30.0), np.zeros((4, 0), dtype=bool))
    assert none.responses.shape == (4, 0)
    assert best_response(none.responses, np.empty(0), 28.0, 42.0).tolist() == [NE] * 4


diameters = st.lists(
    st.lists(st.lists(st.sampled_from([0.0, 5.0, 9.0, 12.0, 20.0, 40.0, 80.0]), min_size=3, max_size=3), min_size=4, max_size=4),
    min_size=1,
    max_size=12,
)


@given(diameters, st.randoms(use_true_random=False))
def test_order_of_patients_and_lesions_does_not_matter(values: list, random):
    array = np.array(values)
    patients, lesions = list(range(len(array))), [0, 1, 2]
    random.shuffle(patients)
    random.shuffle(lesions)
    nothing_new = np.zeros((len(array), 3), dtype=bool)
    straight = timepoints(array, nothing_new).responses
    shuffled = timepoints(array[patients][:, :, lesions], nothing_new).responses
    np.testing.assert_array_equal(shuffled, straight[patients])


@given(diameters)
def test_confirmation_never_improves_a_response(values: list):
    array = np.array(values)
    responses = timepoints(array, np.zeros((len(array), 3), dtype=bool)).responses
    times = np.array([56.0, 112.0, 168.0])
    assert (best_response(responses, times, 28.0, 42.0) <= best_response(responses, times, None, 42.0)).all()


@given(diameters)
def test_nothing_but_ne_follows_progression(values: list):
    array = np.array(values)
    responses = timepoints(array, np.zeros((len(array), 3), dtype=bool)).responses
    after = np.logical_or.accumulate(responses == PD, axis=1)[:, :-1]
    assert (responses[:, 1:][after] == NE).all()
