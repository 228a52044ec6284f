"""What absurd patients cost a cohort: `python benchmarks/absurd_patients.py [--patients 1000] [--rounds 3]`.

One patient in a hundred of the benchmark problem gets parameters that no one has. The cohort with and without them is integrated
in turns at rtol 1e-4 on one thread, and the ratio of CPU time printed, each round apart; the others must come out the same to the
last bit. "one of each": every absurd patient has another of the ten kinds below. "at the limit": all have the kind that goes on
until the limit on steps between doses, with the engine's default limit and with one of ten times as many.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import Any

import benchmark_problem
import numpy as np

from kinecast.engine import Kernel, Status, compile_network

RTOL = 1e-4
AT_THE_LIMIT = ("internalisation_A", -70.0)
KINDS = (
    ("A_loss", -40.0), ("hill_cd8", 60.0), ("hill_nk", -60.0), ("half_tgf", 0.0), ("on_A_treg", -1.2), ("traffic_cd8", -1.0),
    ("tumour_growth", 50.0), ("kill_cd8", 1e9), ("upregulation", 1e12), AT_THE_LIMIT,
)  # fmt: skip
DEFAULT, HIGH = None, 100_000
"""Limits on a patient's steps between doses: the engine's own (10,000 at this tolerance), and a high one."""


def main(patients: int, rounds: int) -> None:
    problem: Any = benchmark_problem.network()
    kernel = compile_network(problem)
    values = benchmark_problem.patients(patients)
    run(kernel, values[:1], DEFAULT)
    print(f"{patients} patients, {patients // 100} of them absurd; CPU time over that of the cohort without absurd patients\n")
    print(f"{'absurd patients':20} {'limit':>8} {'ratio':>6}  {'rounds':11}  their status")
    for label, kinds, limit in (
        ("one of each", KINDS, DEFAULT),
        ("one of each", KINDS, HIGH),
        ("at the limit", (AT_THE_LIMIT,), DEFAULT),
        ("at the limit", (AT_THE_LIMIT,), HIGH),
    ):
        rows, troubled = with_absurd(kernel, values, kinds)
        ratios, status = compare(kernel, values, troubled, rows, limit, rounds)
        found = ", ".join(f"{count} {name}" for name, count in Counter(Status(code).name for code in status).most_common())
        print(f"{label:20} {limit or 'default':>8} {np.median(ratios):6.2f}  {min(ratios):.2f}–{max(ratios):.2f}    {found}")


def with_absurd(kernel: Kernel, values: np.ndarray, kinds: tuple[tuple[str, float], ...]) -> tuple[np.ndarray, np.ndarray]:
    """The absurd patients' rows, spread over the cohort, and the parameters of all."""
    rows = np.arange(50, len(values), 100)
    troubled = values.copy()
    for number, row in enumerate(rows):
        name, value = kinds[number % len(kinds)]
        troubled[row, kernel.parameter_names.index(name)] = value
    return rows, troubled


def compare(
    kernel: Kernel, values: np.ndarray, troubled: np.ndarray, rows: np.ndarray, limit: int | None, rounds: int
) -> tuple[list[float], np.ndarray]:
    """Ratio of CPU time in every round, and the absurd patients' status."""
    ratios, status = [], np.empty(0)
    for _ in range(rounds):
        plain, states, _ = run(kernel, values, limit)
        spent, found, codes = run(kernel, troubled, limit)
        ratios.append(spent / plain)
        others, status = np.delete(codes, rows), codes[rows]
        if (others != Status.OK).any() or not np.array_equal(np.delete(found, rows, 0), np.delete(states, rows, 0)):
            raise SystemExit("the other patients are not the same to the last bit.")
    return ratios, status


def run(kernel: Kernel, values: np.ndarray, limit: int | None) -> tuple[float, np.ndarray, np.ndarray]:
    """CPU seconds, states and status of a cohort."""
    start = time.process_time()
    cohort = kernel.start(values, rtol=RTOL, max_steps=limit)
    states = cohort.advance(benchmark_problem.END, benchmark_problem.DOSES, benchmark_problem.OUTPUTS)
    return time.process_time() - start, states, cohort.status


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    main(options.patients, options.rounds)
