from __future__ import annotations

import numpy as np
import pytest

from kinecast.errors import CatalogError
from kinecast.trial.assessment import Imaging, Scanner
from kinecast.trial.chance import Chance, resampler

from .conftest import TOY_DISEASE, TOY_PARAMETERS, number

EXACT = Imaging(error_mm=0.0, error_fraction=0.0, detection_limit_mm=4.0)
NOISY = Imaging(error_mm=3.0, error_fraction=0.08, detection_limit_mm=4.0)


def chance(size: int, first: int = 0) -> Chance:
    return Chance(7, np.arange(first, first + size))


def test_numbers_come_from_the_disease_and_else_from_the_catalogue(monkeypatch: pytest.MonkeyPatch):
    assert Imaging.of(TOY_DISEASE) == Imaging(1.0, 0.03, 4.0)
    bare = TOY_DISEASE.model_copy(update={"parameters": {"measurement_error_mm": number(0.2, "cm")}})
    common = {"measurement_error_fraction": number(8, "percent"), "detection_limit_mm": number(5, "mm")}
    monkeypatch.setitem(TOY_PARAMETERS, "imaging", common)
    assert Imaging.of(bare) == Imaging(2.0, 0.08, 5.0)


def test_a_missing_number_is_named():
    bare = TOY_DISEASE.model_copy(update={"parameters": {}})
    with pytest.raises(CatalogError, match="toy-cancer has no 'measurement_error_mm'"):
        Imaging.of(bare)


def test_a_lesion_below_the_detection_limit_has_disappeared():
    true = np.array([[[30.0, 3.9, 4.0, np.nan]]])
    np.testing.assert_array_equal(Scanner(EXACT, chance(1)).measure(true, [0.0]), [[[30.0, 0.0, 4.0, np.nan]]])


def test_the_error_has_the_size_that_the_records_say():
    measured = Scanner(NOISY, chance(20000)).measure(np.full((20000, 1, 1), 50.0), [56.0])
    assert measured.mean() == pytest.approx(50.0, abs=0.15)
    assert measured.std() == pytest.approx(np.hypot(3.0, 4.0), rel=0.03)


def test_the_error_belongs_to_patient_day_and_lesion():
    true = np.full((6, 2, 2), 50.0)
    all_scans = Scanner(NOISY, chance(6)).measure(true, [0.0, 56.0])
    np.testing.assert_array_equal(Scanner(NOISY, chance(3, first=3)).measure(true[3:], [0.0, 56.0]), all_scans[3:])
    np.testing.assert_array_equal(Scanner(NOISY, chance(6)).measure(true[:, 1:], [56.0]), all_scans[:, 1:])
    assert len(np.unique(all_scans)) == all_scans.size


def test_a_new_lesion_is_seen_once_its_hazard_has_passed_the_threshold():
    size = 5000
    hazard = np.tile([0.1, 0.7], (size, 1))
    scans = Scanner(EXACT, chance(size)).assess(np.full((size, 3, 1), 30.0), hazard, [0.0, 56.0, 112.0])
    assert scans.new_lesion.mean(axis=0) == pytest.approx(1 - np.exp([-0.1, -0.7]), abs=0.02)
    assert (scans.new_lesion[:, 1] >= scans.new_lesion[:, 0]).all()


def test_thresholds_are_exponential_and_resampling_depends_on_seed_and_name():
    drawn = chance(20000).exponential("death")
    assert drawn.min() > 0
    assert (drawn > 1).mean() == pytest.approx(np.exp(-1), abs=0.01)
    first, again, other = (resampler(1, name).random(3) for name in ("a", "a", "b"))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
