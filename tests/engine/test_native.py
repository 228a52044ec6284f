"""Generated code: the vector exp and log, and a cache that may be damaged or missing."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import numpy as np
import pytest

from kinecast.engine import Bolus, compile_network, solve, storage
from kinecast.engine.llvm_code import LlvmCode, module
from kinecast.engine.native import aligned, compile_native, vector_lanes


def apply_vectorised(operation, values, lanes, cache, *, exponents=None, together=1):
    """operation(values), or operation(values, exponents), for vectors of lanes, of which `together` are written interleaved."""
    code = LlvmCode(lanes)
    arguments = [[code.load(name, k) for name in ("x", "b")[: 1 if exponents is None else 2]] for k in range(together)]
    for k, result in enumerate(code.together([(operation, vectors) for vectors in arguments])):
        code.store("result", k, result)
    native = compile_native(module(lanes, [code.function("apply", "x", "b", "result", public=True)]), cache)
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)(native.address("apply"))
    x, b, result = aligned(3, values.size)
    x[:] = values
    b[:] = 0.0 if exponents is None else exponents
    for first in range(0, 8 * values.size, 8 * lanes * together):
        function(*(array.ctypes.data + first for array in (x, b, result)))
    return result


@pytest.mark.parametrize("lanes", sorted({2, vector_lanes()}))
def test_vector_exp_and_log_against_numpy(lanes, tmp_path):
    x = np.random.default_rng(0).uniform(-700.0, 700.0, 4096)
    found = apply_vectorised("exp", x, lanes, tmp_path)
    assert (np.abs(found - np.exp(x)) / np.spacing(np.exp(x))).max() <= 1.5
    y = np.exp(x)
    found = apply_vectorised("log", y, lanes, tmp_path)
    assert (np.abs(found - np.log(y)) / np.spacing(np.abs(np.log(y)))).max() <= 1.5


def test_vector_exp_and_log_at_the_limits(tmp_path):
    lanes = vector_lanes()
    special = np.resize([np.nan, -1e9, 0.0, 1e9, -np.inf, np.inf, 1.0, -0.0], 8)
    found = apply_vectorised("exp", special, lanes, tmp_path)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(special))
    assert found[1] < 1e-300
    assert found[3] > 1e300
    found = apply_vectorised("log", special, lanes, tmp_path)
    np.testing.assert_array_equal(np.isfinite(found), [False, False, False, True, False, False, True, False])
    assert np.isnan(found[[0, 1, 2, 4, 5, 7]]).all()


def test_vector_power_against_long_doubles(tmp_path):
    random = np.random.default_rng(1)
    x, b = np.exp(random.uniform(-180.0, 180.0, 4096)), random.uniform(0.1, 2.0, 4096)
    found = apply_vectorised("power", x, vector_lanes(), tmp_path, exponents=b)
    expected = np.power(x.astype(np.longdouble), b.astype(np.longdouble))
    assert (np.abs(found / expected - 1.0) / (1.0 + np.abs(b * np.log(x)))).max() <= 4e-16


@pytest.mark.parametrize("operation", ["exp", "log", "power"])
def test_interleaved_operations_have_the_same_bits(operation, tmp_path):
    random = np.random.default_rng(2)
    x, b = np.exp(random.uniform(-5.0, 5.0, 960)), random.uniform(0.1, 2.0, 960)
    exponents = b if operation == "power" else None
    alone, interleaved = (
        apply_vectorised(operation, x, 4, tmp_path, exponents=exponents, together=together) for together in (1, 5)
    )
    np.testing.assert_array_equal(interleaved, alone)


def run(network, cache):
    kernel = compile_network(network, cache=cache)
    return solve(kernel, [3.0, 2.0, 0.5], [Bolus(0.0, "central", 100.0)], [1.0]).states


def test_a_second_compilation_takes_the_stored_object(two_compartments, tmp_path):
    first = run(two_compartments, tmp_path)
    stored = list((tmp_path / "kernels").iterdir())
    assert [path.suffix for path in stored] == [".o"]
    before = stored[0].stat().st_mtime_ns
    np.testing.assert_array_equal(run(two_compartments, tmp_path), first)
    assert stored[0].stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", [b"", b"not an object file", None])
def test_a_damaged_cache_is_written_again(two_compartments, tmp_path, damage):
    first = run(two_compartments, tmp_path)
    (stored,) = (tmp_path / "kernels").iterdir()
    good = stored.read_bytes()
    stored.write_bytes(good[:-100] if damage is None else damage)
    np.testing.assert_array_equal(run(two_compartments, tmp_path), first)
    assert stored.read_bytes() == good


def test_a_cache_that_cannot_be_written_changes_nothing(two_compartments, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    np.testing.assert_array_equal(run(two_compartments, blocked), run(two_compartments, tmp_path / "good"))
    assert blocked.read_text() == "a file where the folder should be"


def test_a_write_that_fails_leaves_no_part_behind(tmp_path):
    target = tmp_path / "name"
    target.mkdir()
    (target / "inside").touch()
    storage.write(target, b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["name"]
    assert storage.read(target) is None


def test_cache_directory_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("KINECAST_CACHE", str(tmp_path))
    assert storage.cache_directory() == tmp_path
    monkeypatch.delenv("KINECAST_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert storage.cache_directory() == tmp_path / "kinecast"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert storage.cache_directory() == Path.home() / "Library" / "Caches" / "kinecast"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert storage.cache_directory() == tmp_path / "kinecast" / "Cache"
