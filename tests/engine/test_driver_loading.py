"""The compiled integration loop survives whatever is wrong with its cache."""

from __future__ import annotations

import pytest

from kinecast.engine import compile_network, driver_loading, vectorised


@pytest.fixture
def fresh_load(monkeypatch, two_compartments):
    """A function that loads the loop as a new process would, with a chosen cache, and integrates with it."""

    def load(cache):
        monkeypatch.setenv("KINECAST_CACHE", str(cache))
        loaded = driver_loading._load.__wrapped__()
        monkeypatch.setattr(vectorised, "load_driver", lambda: loaded)
        cohort = compile_network(two_compartments).start([3.0, 2.0, 0.5], initial=[1.0, 0.0])
        cohort.advance(1.0)
        return loaded, cohort.states.copy()

    return load


def test_loop_is_stored_and_a_damaged_store_is_replaced(fresh_load, tmp_path):
    first, expected = fresh_load(tmp_path)
    assert sum(first.stats.cache_misses.values()) == 1
    second, states = fresh_load(tmp_path)
    assert sum(second.stats.cache_hits.values()) == 1
    assert (states == expected).all()
    for path in (tmp_path / "driver").rglob("*.nb?"):
        path.write_bytes(b"damaged")
    _, states = fresh_load(tmp_path)
    assert (states == expected).all()


def test_loop_without_a_place_for_its_cache(fresh_load, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    _, states = fresh_load(blocked)
    assert states[0, 0] < 1.0
    assert blocked.read_text() == "a file where the folder should be"
