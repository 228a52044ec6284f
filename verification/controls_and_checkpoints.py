"""Untreated and control arms, then checkpoint antibodies alone, with one parameter set a disease.

`python verification/controls_and_checkpoints.py [--patients 1000]` prints each target, the forecast and whether it lies inside;
ends with `passed N of M`. Control arms of melanoma got dacarbazine, which the model lacks: its patients are untreated, in the
year of the trial. A rate is inside where the reported number of responses lies in the central 95 % of trials of its size, a
median within 33 % or its interval (the scoreboard's rule), a landmark of survival inside its interval.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kinecast.inference.scoring import class_of, verdict
from kinecast.runs import run

MELANOMA, RENAL = "melanoma-metastatic", "renal-cell-metastatic"
MONTHS = (3, 6, 9, 12, 18, 24, 36)
CONTROLS = {
    # year of the trial → scans, landmarks of survival (share alive, 95 % interval) and median progression-free months reported
    2007: (
        "every 8 weeks",
        {3: (0.803, 0.891), 6: (0.588, 0.706), 9: (0.436, 0.559), 12: (0.302, 0.421), 18: (0.207, 0.316), 24: (0.137, 0.233),
         36: (0.087, 0.169)},
    ),
    2013: (
        "every 6 weeks from 9 weeks",
        {3: (0.851, 0.935), 6: (0.663, 0.786), 9: (0.538, 0.673), 12: (0.396, 0.535), 18: (0.302, 0.436), 24: (0.21, 0.334),
         36: (0.161, 0.281)},
    ),
}  # fmt: skip
"""Dacarbazine arms of CA184-024 (2006-2008) and CheckMate 066 (2013-2014): the catalogue's landmarks with intervals."""
PROGRESSION_ON_DACARBAZINE = 2.2
"""Median, months, of CheckMate 066."""
ALONE = {
    "checkmate066": ("nivo",), "checkmate067": ("nivo", "ipi"), "keynote006": ("pembro", "pembro_q2w", "pembro_q3w", "ipi"),
    "hodi2010_ipi": ("ipi",), "checkmate025": ("nivo",), "hcrn_gu16260": ("nivo",), "pembro_1l_rcc_kn427": ("pembro",),
}  # fmt: skip
"""Trials and arms of one checkpoint antibody in melanoma and renal-cell cancer."""


class Line(NamedTuple):
    """What, the forecast, what was reported, and whether it is met."""

    what: str
    forecast: float
    reported: str
    met: bool


def untreated(disease: str, **settings: Any) -> Mapping[str, Any]:
    """A protocol without treatment."""
    return {"title": f"untreated {disease}", "disease": disease, "follow_up": "5 years", "arms": {"untreated": []}} | settings


def controls(patients: int) -> Iterator[Line]:
    """Response without drug, and survival and progression of control arms."""
    for disease, most in ((MELANOMA, 0.02), (RENAL, 0.08)):
        forecast = run(untreated(disease, patients=patients, scans="every 8 weeks"), patients=patients)
        rate = forecast.summary["arms"]["untreated"]["orr"]["forecast"]
        yield Line(f"{disease}, response without drug", rate, f"at most {most:g}", rate <= most)
    for year, (scans, landmarks) in CONTROLS.items():
        forecast = run(untreated(MELANOMA, patients=patients, scans=scans, year=year), patients=patients)
        people = forecast.patients
        for month, (low, high) in landmarks.items():
            alive = float(1 - (people.died & (people.os_days <= month * 30.4375)).mean())
            yield Line(f"melanoma {year}, alive at {month} months", alive, f"{low:g} to {high:g}", low <= alive <= high)
    median = forecast.summary["arms"]["untreated"]["pfs_median"]["forecast"]
    near = abs(median / PROGRESSION_ON_DACARBAZINE - 1) <= 0.33
    yield Line("melanoma 2013, progression-free months", median, f"{PROGRESSION_ON_DACARBAZINE:g}", near)


def alone(patients: int) -> Iterator[Line]:
    """Response and median progression-free survival of each antibody alone, by the scoreboard's rule."""
    for trial, arms in ALONE.items():
        rows = run(trial, patients=patients).summary["arms"]
        for arm in arms:
            for name, row in rows[arm].items():
                if row["quantity"] not in ("orr", "pfs_median") or row["among"] or row["reported"] is None:
                    continue
                met, _ = verdict(class_of(row["quantity"], row["unit"]), row)
                if met is not None:
                    yield Line(f"{trial} {arm}, {name}", row["forecast"], f"{row['reported']:g} (n {row['n_reported']})", met)


def main() -> int:
    """Print the lines; exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=1000)
    options = parser.parse_args()
    lines = [*controls(options.patients), *alone(options.patients)]
    for line in lines:
        print(f"{'met ' if line.met else 'MISS'}  {line.what:60s} {line.forecast:8.3g}   {line.reported}")
    print(f"\npassed {sum(line.met for line in lines)} of {len(lines)}")
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    raise SystemExit(main())
