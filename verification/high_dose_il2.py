"""High-dose interleukin-2 against the reports, with one parameter set: `python verification/high_dose_il2.py [--patients 1000]`.

Prints each target, the forecast, whether it lies inside, and whether that number was fitted or came out; ends with
`passed N of M`. `--markdown` prints the same as a table for docs/calibration.md.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

from kinecast.runs import run
from kinecast.runs.forecast import Forecast

DAY_30_MONTHS = 30 * 30.4375


@dataclass(frozen=True)
class Target:
    """One line: what, the forecast, the range it should lie in, and 'fitted' or 'came out'."""

    what: str
    value: float
    low: float
    high: float
    origin: str

    @property
    def met(self) -> bool:
        """Whether the forecast lies in the range."""
        return self.low <= self.value <= self.high


def endpoint(forecast: Forecast, name: str, arm: int = 0) -> float:
    """A forecast number of one arm by its key in the summary (the key as listed, or its first word)."""
    arms = list(forecast.summary["arms"].values())
    return arms[arm][name]["forecast"]


def untreated(disease: str) -> dict:
    """A protocol without treatment."""
    return {
        "title": f"untreated {disease}", "disease": disease, "patients": 1000, "follow_up": "1 year",
        "scans": "every 8 weeks", "arms": {"untreated": []},
    }  # fmt: skip


def lasting_complete_responses(forecast: Forecast) -> float:
    """Share of complete responders who have not progressed 30 months after the start."""
    patients = forecast.patients
    complete = patients[patients.best_response == "CR"]
    return float((~(complete.progressed & (complete.pfs_days <= DAY_30_MONTHS))).mean())


def blood(forecast: Forecast) -> tuple[float, float, float]:
    """Median lymphocyte nadir in hours, median nadir and rebound as fold of baseline, over the first 14 days."""
    curves = forecast.curves
    days = curves.time.values
    counts = curves.sel(quantity="lymphocytes").isel(arm=0).values
    window = days <= 14
    fold = counts[:, window] / counts[:, :1]
    hours = days[window][np.nanargmin(fold[:, days[window] <= 5], axis=1)] * 24
    return float(np.median(hours)), float(np.nanmedian(np.nanmin(fold, axis=1))), float(np.nanmedian(np.nanmax(fold, axis=1)))


def targets(patients: int, seed: int) -> list[Target]:
    """Run what is needed and compare."""
    konrad = run("konrad1990", patients=min(patients, 300), seed=seed)
    atkins = run("atkins1999", patients=patients, seed=seed)
    renal = {key: run(key, patients=patients, seed=seed) for key in ("fyfe1995", "klapper2008")}
    yang = run("yang1994", patients=patients, seed=seed)
    kammula = run("kammula1998", patients=min(patients, 500), seed=seed)
    davar = run("davar2017", patients=patients, seed=seed)
    alone = {
        name: run(untreated(name), patients=patients, seed=seed) for name in ("melanoma-metastatic", "renal-cell-metastatic")
    }
    nadir_hour, nadir, rebound = blood(atkins)
    reported = {name: konrad.summary["arms"]["iv bolus"][name]["reported"] for name in _KONRAD}
    found = {name: endpoint(konrad, name) for name in _KONRAD}
    tens = 0.3
    level, early, late = _KONRAD
    return [
        Target("level after a bolus over reported (Konrad90)", found[level] / reported[level], 0.5, 2.0, "fitted"),
        Target("first half-life over reported (Konrad90)", found[early] / reported[early], 1 - tens, 1 + tens, "fitted"),
        Target("second half-life over reported (Konrad90)", found[late] / reported[late], 1 - tens, 1 + tens, "fitted"),
        Target("lymphocyte nadir, h", nadir_hour, 0, 48, "came out"),
        Target("lymphocyte nadir, fold of baseline", nadir, 0.02, 0.5, "came out"),
        Target("lymphocyte rebound, fold of baseline", rebound, 2, 6, "fitted"),
        Target("doses of the first cycle, label rule", endpoint(atkins, _FIRST), 7, 14, "fitted"),
        Target("doses of the first cycle, rule of 2014", endpoint(davar, _FIRST), 7, 14, "fitted"),
        Target("doses of the first cycle, practice of 1985", endpoint(kammula, _FIRST), 7, 15, "fitted"),
        Target(
            "pressor-grade hypotension a course, 720,000 IU/kg", endpoint(yang, "vasopressor_use_per_course"), 0.3, 0.7, "fitted"
        ),
        Target(
            "pressor-grade hypotension a course, 72,000 IU/kg", endpoint(yang, "vasopressor_use_per_course", 1), 0, 0.1, "fitted"
        ),
        Target("melanoma ORR (Atkins99)", endpoint(atkins, "orr"), 0.10, 0.22, "fitted"),
        Target("melanoma CR (Atkins99)", endpoint(atkins, "cr"), 0.03, 0.10, "fitted"),
        Target("melanoma ORR, other centre and rule (Davar17)", endpoint(davar, "orr"), 0.10, 0.22, "came out"),
        Target("melanoma median OS, months (Atkins99)", endpoint(atkins, "os_median"), 8.5, 14.5, "came out"),
        Target("renal ORR (Klapper08)", endpoint(renal["klapper2008"], "orr"), 0.12, 0.26, "fitted"),
        Target("renal CR (Klapper08)", endpoint(renal["klapper2008"], "cr"), 0.03, 0.13, "fitted"),
        Target("renal ORR (Fyfe95)", endpoint(renal["fyfe1995"], "orr"), 0.12, 0.26, "fitted"),
        Target("renal median OS, months (Fyfe95)", endpoint(renal["fyfe1995"], "os_median"), 12, 22, "fitted"),
        Target(
            "complete responders free of progression at 30 months, melanoma", lasting_complete_responses(atkins), 0.5, 1, "fitted"
        ),
        Target(
            "complete responders free of progression at 30 months, renal",
            lasting_complete_responses(renal["klapper2008"]),
            0.5,
            1,
            "came out",
        ),
        Target(
            "renal ORR at a tenth of the dose over full dose (Yang94: 0.62)",
            endpoint(yang, "orr", 1) / endpoint(yang, "orr"),
            0.4,
            0.95,
            "fitted",
        ),
        Target("response without drug, melanoma", endpoint(alone["melanoma-metastatic"], "orr"), 0, 0.02, "came out"),
        Target("response without drug, renal", endpoint(alone["renal-cell-metastatic"], "orr"), 0, 0.08, "fitted"),
    ]


_KONRAD = ("cmax, 0 min", "half_life, 0-1 h", "half_life_terminal, to 4 h")
_FIRST = "doses_received_median, first cycle"


def main() -> int:
    """Print the table; exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    lines = targets(options.patients, options.seed)
    if options.markdown:
        print("| target | forecast | range | met | |\n|---|---|---|---|---|")
        for t in lines:
            print(f"| {t.what} | {t.value:.3g} | {t.low:g} to {t.high:g} | {'yes' if t.met else 'no'} | {t.origin} |")
    else:
        for t in lines:
            print(f"{'met ' if t.met else 'MISS'}  {t.what:68s} {t.value:8.3g}   {t.low:g} to {t.high:g}   {t.origin}")
    print(f"\npassed {sum(t.met for t in lines)} of {len(lines)}")
    return 0 if all(t.met for t in lines) else 1


if __name__ == "__main__":
    raise SystemExit(main())
