"""How the engine's cost grows with threads, patients and states."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import benchmark_problem
import cascade
import numpy as np
from peers.kinecast_engine import Engine

from kinecast.engine import compile_network, solve

RTOL = 1e-4


def threads(engine: Engine, patients: int, rounds: int) -> dict[str, float]:
    """Wall time of one thread over that of two, taken in turns: median, best and worst round.

    `ideal` is what the CPU time allows (twice its ratio): below 2 by what threads cost each other, whatever else runs here.
    `load` is the machine's just before; one thread of this process makes 1 of it.
    """
    values = benchmark_problem.patients(patients)
    load = os.getloadavg()[0]
    walls, works = [], []
    for _ in range(rounds):
        spent = []
        for number in (1, 2):
            wall, work = time.perf_counter(), time.process_time()
            engine.solve(values, RTOL, threads=number)
            spent.append((time.perf_counter() - wall, time.process_time() - work))
        walls.append(spent[0][0] / spent[1][0])
        works.append(2.0 * spent[0][1] / spent[1][1])
    return {
        "median": float(np.median(walls)),
        "best": max(walls),
        "worst": min(walls),
        "ideal": float(np.median(works)),
        "load": load,
    }


def by_patients(engine: Engine, sizes: Sequence[int]) -> list[dict[str, float]]:
    """CPU milliseconds a patient of the benchmark problem; small cohorts are repeated to be timed at all."""
    values = benchmark_problem.patients(max(sizes))
    rows = []
    for size in sizes:
        repeats = max(1, 100 // size)
        start = time.process_time()
        for _ in range(repeats):
            engine.solve(values[:size], RTOL)
        rows.append({"patients": size, "ms_per_patient": 1e3 * (time.process_time() - start) / (repeats * size)})
    return rows


def by_states(sizes: Sequence[int], patients: int) -> list[dict[str, float]]:
    """The cascade: CPU seconds to compile with an empty cache, steps, CPU microseconds a step and milliseconds a patient."""
    rows = []
    for size in sizes:
        problem: Any = cascade.cascade(size)
        values = cascade.patients(problem, patients)
        with tempfile.TemporaryDirectory() as empty:
            start = time.process_time()
            kernel = compile_network(problem, cache=empty)
            compiled = time.process_time() - start
        solve(kernel, values[:1], cascade.DOSES, cascade.OUTPUTS, rtol=RTOL)
        start = time.process_time()
        found = solve(kernel, values, cascade.DOSES, cascade.OUTPUTS, until=cascade.END, rtol=RTOL)
        spent = time.process_time() - start
        rows.append({
            "states": len(problem.states), "compile_s": compiled, "steps": float(found.steps.mean()),
            "us_per_step": 1e6 * spent / float(found.steps.sum()), "ms_per_patient": 1e3 * spent / patients,
        })  # fmt: skip
    return rows
