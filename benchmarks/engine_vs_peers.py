"""This engine beside libRoadRunner, COPASI, SciPy's LSODA and AMICI: `python benchmarks/engine_vs_peers.py [--quick]`.

All integrate `benchmark_problem.py` (63 states, 32 doses, 100 outputs of every state in 365 days) for the same patients, from
SBML written out of the same network. They are compared at equal *achieved* error, measured for every run against this engine at
rtol 1e-10, itself confirmed here by a peer at a tight tolerance. Each peer has its best settings within reason; the file of a
peer in `peers/` says which, and why. On one thread, in CPU time, without loading and compiling, which are timed apart.

A noisy machine cannot fake a ratio: the engine and a peer run in turns (engine, peer, engine, peer, …, through their tolerances,
several rounds), every round gives its own ratio by log–log interpolation at the same error, and the median is reported with the
range. Start-up and memory are taken in new processes; engine start-up with an empty cache and again with what that left.

The engine integrates a cohort made of copies of the peers' patients, since it works on several at once; the table of cost
against number of patients has distinct ones, and shows what one patient alone costs.

Peers that are not installed are left out with a line: `pip install python-libsbml libroadrunner python-copasi` (the first writes
their SBML); AMICI builds from source.
Writes results.json, table.txt and work_precision.svg into --out.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

import benchmark_problem
import numpy as np
import scaling
from alternation import Curve, Duel, alternate
from comparison_report import picture, table
from fresh_process import measure
from peers import PEERS, PeerMissingError, Solver, Task, build
from peers.kinecast_engine import Engine
from peers.task import benchmark_task

ERRORS = (3e-4, 3e-6)
REFERENCE_RTOL = 1e-10
AGREEMENT = 3e-7
"""Largest difference allowed between the reference and the peer that confirms it: a tenth of the tightest error compared."""
SLOW_START = ("lsoda", "amici")
"""Peers whose start-up, tens of seconds of compiling, --quick does not time."""
CONFIRMING = {"roadrunner": 1e-10, "lsoda": 1e-9, "amici": 1e-10}
"""Peers able to confirm the reference, first choice first, and their rtol for it."""


def main() -> None:
    arguments = _arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    found = compare(benchmark_task(arguments.out.resolve()), arguments.peers, quick=arguments.quick)
    text = table(found)
    (arguments.out / "results.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    (arguments.out / "table.txt").write_text(text + "\n", encoding="utf-8")
    picture(found, arguments.out / "work_precision.svg")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(found) if arguments.json else f"{text}\n\nwritten to {arguments.out}")


def compare(task: Task, names: list[str], *, quick: bool) -> dict[str, Any]:
    """All figures, ready for JSON. `quick`: fewer patients, tolerances, rounds and sizes; AMICI only if compiled before."""
    patients, copies, rounds, points = (3, 24, 2, 4) if quick else (12, 16, 3, 5)
    load = [os.getloadavg()[0]]
    engine = build("engine", task)
    assert isinstance(engine, Engine)
    peers, left_out = _peers(task, names, quick)
    values = benchmark_problem.patients(patients)
    reference = engine.solve(values, REFERENCE_RTOL)
    confirmed = _confirm(peers, task, values[:2], reference[:2])
    settings = {"copies": copies, "rounds": rounds, "points": points}
    duels = {name: alternate(engine, peer, task, values, reference, **settings) for name, peer in peers.items()}
    figures = {
        "problem": _problem(task),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "patients": patients,
        "reference": confirmed,
        "left_out": left_out,
        "engine": _curve(_joined(list(duels.values()))),
        "peers": {name: _against(duel) for name, duel in duels.items()},
        "start": _start_up(task, list(peers), quick),
        "threads": scaling.threads(engine, *((128, 3) if quick else (1000, 5))),
        "by_patients": scaling.by_patients(engine, (1, 10, 100, 1000) if quick else (1, 10, 100, 1000, 10_000)),
        "by_states": scaling.by_states((10, 50, 200) if quick else (10, 20, 50, 100, 200), 64 if quick else 256),
    }
    return {**figures, "load": [*load, os.getloadavg()[0]]}


def _problem(task: Task) -> str:
    counts = {"states": len(task.network.states), "reactions": len(task.network.reactions), "doses": len(task.doses)}
    return ", ".join([*(f"{count} {name}" for name, count in counts.items()), f"{len(task.outputs)} outputs in {task.end:.0f} d"])


def _peers(task: Task, names: list[str], quick: bool) -> tuple[dict[str, Solver], list[str]]:
    peers, left_out = {}, []
    for name in names:
        try:
            if quick and name == "amici":
                _check_compiled(task)
            peers[name] = build(name, task)
        except PeerMissingError as missing:
            left_out.append(str(missing))
    if not peers:
        missing = "Nothing to compare with: pip install python-libsbml libroadrunner python-copasi"
        raise SystemExit("\n".join([*left_out, missing]))
    return peers, left_out


def _check_compiled(task: Task) -> None:
    if not any(task.folder.glob("amici_*/done")):
        raise PeerMissingError("amici is left out: --quick does not compile its model; run without it once.")


def _confirm(peers: dict[str, Solver], task: Task, parameters: np.ndarray, reference: np.ndarray) -> str:
    for name, rtol in CONFIRMING.items():
        if name in peers:
            difference = task.error(peers[name].solve(parameters, rtol), reference)
            if difference > AGREEMENT:
                raise SystemExit(f"the reference is not confirmed: {name} at rtol {rtol:g} differs by {difference:.1e}.")
            return f"reference: kinecast at {REFERENCE_RTOL:g}, within {difference:.0e} of {peers[name].label} at {rtol:g}"
    return f"reference: kinecast at {REFERENCE_RTOL:g}, not confirmed by another solver in this run"


def _joined(duels: list[Duel]) -> Curve:
    """The engine's rounds of all duels as one curve."""
    first = duels[0].engine
    return Curve(first.label, first.tolerances, first.errors, [costs for duel in duels for costs in duel.engine.rounds])


def _curve(curve: Curve) -> dict[str, Any]:
    return {
        "label": curve.label, "tolerances": curve.tolerances, "errors": curve.errors,
        "cost": curve.cost.tolist(), "spread": curve.spread.tolist(), "rounds": curve.rounds,
    }  # fmt: skip


def _against(duel: Duel) -> dict[str, Any]:
    return {"curve": _curve(duel.peer), "at": [_at(duel, error) for error in ERRORS]}


def _at(duel: Duel, error: float) -> dict[str, float]:
    ratios = duel.ratios(error)
    speeds = {"engine": 1.0 / duel.engine.cost_at(error), "peer": 1.0 / duel.peer.cost_at(error)}
    return {"error": error, **speeds, "ratio": float(np.median(ratios)), "low": float(ratios.min()), "high": float(ratios.max())}


def _start_up(task: Task, names: list[str], quick: bool) -> dict[str, dict[str, float]]:
    repeats, many, few = (1, 1000, 3) if quick else (3, 1000, 3)
    cold, cached = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(measure("engine", many, task.folder, Path(cache)))
            cached.append(measure("engine", many, task.folder, Path(cache)))
    rows = {"engine, cold": _median(cold), "engine, cached": _median(cached)}
    rows = {label: {**row, "patients": many} for label, row in rows.items()}
    for name in names:
        if quick and name in SLOW_START:
            continue
        with tempfile.TemporaryDirectory() as empty:
            if name != "amici":
                rows[name] = {**measure(name, few, Path(empty), Path(empty)), "patients": few}
                continue
            rows["amici, cold"] = {**measure(name, few, Path(empty), Path(empty)), "patients": few}
            rows["amici, compiled before"] = {**measure(name, few, task.folder, Path(empty)), "patients": few}
    return rows


def _median(rows: list[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.median([row[key] for row in rows])) for key in rows[0]}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="at most two minutes")
    peers = f"comma-separated, from: {', '.join(PEERS)} (default: all)"
    parser.add_argument("--peers", type=_names, default=list(PEERS), help=peers)
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder for what is written")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"'{unknown[0]}' is not one of {', '.join(PEERS)}")
    return names


if __name__ == "__main__":
    main()
