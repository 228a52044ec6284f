"""The figures of `engine_vs_peers.py` as a table in text and as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PER_THREAD = {"roadrunner": (60.0, 30.0), "amici": (25.0, 12.0)}
"""Aims: how many times a peer's patients a second per thread, at the looser and at the tighter error."""
THREADS, COLD, CACHED = 1.8, 1.0, 0.1
BUSY = 1.5
"""Load above which two threads of this run cannot have had two cores to themselves."""


def table(found: dict[str, Any]) -> str:
    """All figures and the aims, as text."""
    return "\n".join([*_heading(found), *_curves(found), *_ratios(found), *_start(found), *_scaling(found), *_aims(found)])


def picture(found: dict[str, Any], path: Path) -> None:
    """Work–precision picture: patients a second per thread against achieved error, one line a solver (SVG or PNG)."""
    import altair as alt
    import pandas as pd

    rows = [
        {"solver": curve["label"], "error": error, "speed": 1.0 / cost}
        for curve in _all_curves(found)
        for error, cost in zip(curve["errors"], curve["cost"], strict=True)
    ]
    order = list(dict.fromkeys(row["solver"] for row in rows))
    chart = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("error:Q", title="largest error (tighter →)").scale(type="log", reverse=True).axis(format=".0e", grid=False),
        y=alt.Y("speed:Q", title="patients a second, one thread").scale(type="log").axis(grid=False),
        color=alt.Color("solver:N", title=None).sort(order).scale(scheme="tableau10").legend(labelLimit=300),
    )
    title = f"{found['problem']} (load {found['load'][0]:.1f})"
    layers = chart.mark_line() + chart.mark_point(filled=True, size=60)
    layers.properties(width=480, height=320, title=title).save(str(path))


def _all_curves(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [found["engine"], *(peer["curve"] for peer in found["peers"].values())]


def _heading(found: dict[str, Any]) -> Iterator[str]:
    yield found["problem"]
    yield f"{found['machine']}; load {found['load'][0]:.1f} at the start, {found['load'][1]:.1f} at the end"
    yield f"error: largest over {found['patients']} patients of |y − ref| / (|ref| + 1e-4·typical size); {found['reference']}"
    yield from found["left_out"]


def _curves(found: dict[str, Any]) -> Iterator[str]:
    yield f"\n{'one thread, CPU time':40} {'rtol':>7} {'max error':>10} {'patients/s':>11} {'± rounds':>9}"
    for curve in _all_curves(found):
        for rtol, error, cost, spread in zip(*(curve[key] for key in ("tolerances", "errors", "cost", "spread")), strict=True):
            yield f"{curve['label']:40} {rtol:7.0e} {error:10.1e} {1.0 / cost:11.2f} {spread:9.0%}"


def _ratios(found: dict[str, Any]) -> Iterator[str]:
    yield f"\n{'times the peer per thread, equal error':40} {'error':>7} {'engine /s':>10} {'peer /s':>9} {'ratio':>7}  rounds"
    for peer in found["peers"].values():
        for row in peer["at"]:
            label, error = peer["curve"]["label"], row["error"]
            if math.isnan(row["ratio"]):
                yield f"{label:40} {error:7.0e}  not reached by {'the peer' if row['engine'] == row['engine'] else 'the engine'}"
            else:
                spread = f"{row['low']:.0f}–{row['high']:.0f}"
                yield f"{label:40} {error:7.0e} {row['engine']:10.1f} {row['peer']:9.2f} {row['ratio']:6.1f}×  {spread}"


def _start(found: dict[str, Any]) -> Iterator[str]:
    yield (
        f"\n{'start-up in a new process, wall s (CPU s)':40} {'import':>14} {'model ready':>16} {'first patient':>15} "
        f"{'peak memory':>20}"
    )
    for name, row in found["start"].items():
        cells = (f"{row[f'{stage}_wall']:.2f} ({row[f'{stage}_cpu']:.2f})" for stage in ("import", "ready", "first"))
        imported, ready, first = cells
        yield f"{name:40} {imported:>14} {ready:>16} {first:>15} {row['peak_mb']:8.0f} MB, {row['patients']:.0f} patients"


def _scaling(found: dict[str, Any]) -> Iterator[str]:
    row = found["threads"]
    yield (
        f"\nsecond thread: {row['median']:.2f}× one (rounds {row['worst']:.2f}–{row['best']:.2f}, wall time on this machine; "
        f"{row['ideal']:.2f}× by CPU time)"
    )
    yield "\npatients      " + "".join(f"{row['patients']:>10,}" for row in found["by_patients"])
    yield "ms a patient  " + "".join(f"{row['ms_per_patient']:>10.2f}" for row in found["by_patients"])
    yield "\nstates        " + "".join(f"{row['states']:>10}" for row in found["by_states"])
    for key, label in (("compile_s", "compile s"), ("us_per_step", "µs a step"), ("ms_per_patient", "ms a patient")):
        yield f"{label:14}" + "".join(f"{row[key]:>10.2f}" for row in found["by_states"])


def _aims(found: dict[str, Any]) -> Iterator[str]:
    yield "\naims"
    for name, aims in PER_THREAD.items():
        for place, aim in enumerate(aims):
            if name not in found["peers"]:
                yield f"  not measured  ≥ {aim:.0f}× {name}"
                continue
            row = found["peers"][name]["at"][place]
            if math.isnan(row["ratio"]):
                yield f"  not measured  ≥ {aim:.0f}× {name} per thread at error {row['error']:.0e}: not reached"
                continue
            text = f"≥ {aim:.0f}× {name} per thread at error {row['error']:.0e}: {row['ratio']:.1f}×"
            yield _verdict(row["ratio"] >= aim, text)
    threads = found["threads"]
    second = f"≥ {THREADS}× from the second thread: {threads['median']:.2f}× by wall time, {threads['ideal']:.2f}× by CPU time"
    if threads["median"] < THREADS <= threads["ideal"] and found["threads"]["load"] > BUSY:
        yield f"  unclear       {second}; other work (load {threads['load']:.1f}) held the second core"
    else:
        yield _verdict(threads["median"] >= THREADS, second)
    start = found["start"]
    for label, aim in (("engine, cold", COLD), ("engine, cached", CACHED)):
        work, wall = (start[label][f"ready_{kind}"] for kind in ("cpu", "wall"))
        yield _verdict(work <= aim, f"{label}: model ready in ≤ {aim:g} s: {work:.3f} s of CPU time, {wall:.3f} s of wall time")


def _verdict(met: bool, text: str) -> str:
    return f"  {'met' if met else 'MISSED':12}  {text}"
