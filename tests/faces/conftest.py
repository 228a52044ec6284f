"""A forecast in the shape that a run returns, filled with random numbers of the right size, for tests of the faces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kinecast.biology import assemble
from kinecast.runs.columns import Labels
from kinecast.runs.curves import Curves
from kinecast.runs.forecast import Forecast
from kinecast.trial.protocol import Protocol

PATIENTS = 120
OBSERVABLES = assemble(["aldesleukin"], "melanoma-metastatic").observables
QUANTITIES = (
    "serum_aldesleukin",
    "lymphocytes",
    "nk",
    "nk_bright",
    "cd4",
    "cd8",
    "treg",
    "eosinophils",
    "neutrophils",
    "platelets",
    "mean_arterial_pressure",
    "creatinine",
    "alt",
    "temperature_rise",
    "weight_gain",
)
UNITS = {name: OBSERVABLES[name].unit for name in QUANTITIES}
REASONS = ["hypotension grade 3", "creatinine grade 3", "course ended"]


def made_up_forecast(patients: int = PATIENTS, arms: tuple[str, ...] = ("HD IL-2",), seed: int = 1) -> Forecast:
    """A stand-in for a forecast: every table in the documented shape, no biology in it."""
    random = np.random.default_rng(seed)
    tables = [_arm(arm, patients, random) for arm in arms]
    frames = [pd.concat(parts, ignore_index=True) for parts in zip(*tables, strict=True)]
    names = ("patients", "doses", "scans", "toxicity")
    return Forecast(
        protocol=Protocol.model_validate(_protocol(arms)),
        columns={name: _columns(frame) for name, frame in zip(names, frames, strict=True)},
        curves_store=_curves(arms, patients, random),
        summary=_summary(arms, patients),
        provenance={
            "format": 1,
            "kinecast": "0.1.0",
            "versions": {"python": "3.11.7"},
            "trial": "atkins1999",
            "model": "0" * 64,
            "parameters": "1" * 64,
            "protocol": _protocol(arms),
            "command": "kinecast run atkins1999 --patients 120 --seed 1",
            "seed": seed,
            "patients": patients,
            "bibliography": [
                {
                    "key": "Atkins99",
                    "authors": "Atkins MB, Lotze MT, Dutcher JP, et al.",
                    "year": 1999,
                    "title": "High-dose recombinant interleukin 2 therapy for patients with metastatic melanoma",
                    "journal": "J Clin Oncol 17(7):2105-2116",
                    "doi": "10.1200/JCO.1999.17.7.2105",
                    "pmid": "10561265",
                    "resolved": True,
                    "reasons": ["trial protocol", "reported response"],
                }
            ],
        },
    )


@pytest.fixture(scope="session")
def forecast() -> Forecast:
    return made_up_forecast()


@pytest.fixture(scope="session")
def two_arms() -> Forecast:
    return made_up_forecast(40, ("HD IL-2", "LD IL-2"), seed=2)


@pytest.fixture(scope="session")
def many() -> Forecast:
    return made_up_forecast(400, seed=3)


def _protocol(arms: tuple[str, ...]) -> dict:
    treatment = {
        "agent": "aldesleukin",
        "dose": "600000 IU/kg",
        "route": "iv",
        "duration": "15 min",
        "every": "8 h",
        "doses": 14,
        "start": ["day 1", "day 15"],
        "courses": {"every": "12 weeks", "most": 2, "while": "not progressed"},
        "hold": "proleukin-label",
    }
    return {
        "title": "High-dose interleukin-2 in metastatic melanoma",
        "disease": "melanoma-metastatic",
        "patients": 270,
        "follow_up": "5 years",
        "scans": "every 8 weeks",
        "arms": {arm: [treatment] for arm in arms},
    }


def _arm(arm: str, patients: int, random: np.random.Generator) -> tuple[pd.DataFrame, ...]:
    kinds = random.choice(["CR", "PR", "SD", "PD"], patients, p=[0.06, 0.10, 0.30, 0.54])
    slope = {"CR": -0.25, "PR": -0.09, "SD": 0.005, "PD": 0.10}
    people, doses, scans, toxicity = [], [], [], []
    for patient in range(patients):
        kind = str(kinds[patient])
        failed = patient == 7
        survival = random.exponential({"CR": 1800, "PR": 1100, "SD": 480, "PD": 330}[kind])
        progression = min(random.exponential({"CR": 1500, "PR": 500, "SD": 180, "PD": 60}[kind]) + 40, survival)
        given_first = 0
        for course in (1, 2) if kind != "PD" and survival > 105 else (1,):
            for cycle in (1, 2):
                received = int(np.clip(random.normal(9, 2.5), 3, 14))
                given_first += received if (course, cycle) == (1, 1) else 0
                for number in range(14):
                    given = number < received
                    doses.append(
                        {
                            "arm": arm,
                            "patient": patient,
                            "time_d": (course - 1) * 84 + (cycle - 1) * 14 + number / 3,
                            "agent": "aldesleukin",
                            "course": course,
                            "cycle": cycle,
                            "number": number + 1,
                            "planned_nmol": 170.0,
                            "given": given,
                            "reason": "" if given else str(random.choice(REASONS, p=[0.6, 0.25, 0.15])),
                        }
                    )
                for name, mean in (("hypotension", 2.4), ("creatinine", 1.5), ("fever", 1.6), ("alt", 0.8)):
                    grade = int(np.clip(round(random.normal(mean, 1.0)), 0, 4))
                    toxicity.append(
                        {"arm": arm, "patient": patient, "course": course, "cycle": cycle, "toxicity": name, "grade": grade}
                    )
        start = float(random.uniform(30, 180))
        nadir = start
        rate = random.normal(slope[kind], 0.03)
        for number, day in enumerate([] if failed else range(56, int(min(progression + 56, 720)), 56), start=1):
            size = start * max(0.0, 1 + rate * number * 2)
            nadir = min(nadir, size)
            scans.append(
                {
                    "arm": arm,
                    "patient": patient,
                    "time_d": float(day),
                    "sum_of_diameters_mm": size,
                    "change_from_baseline": size / start - 1,
                    "change_from_nadir": size / max(nadir, 1e-3) - 1,
                    "new_lesion": bool(kind == "PD" and number == 1 and random.random() < 0.3),
                    "response": kind,
                }
            )
        people.append(
            {
                "arm": arm,
                "patient": patient,
                "status": "failed" if failed else "ok",
                "reason": "The maximum number of steps was reached at day 12.3." if failed else "",
                "weight_kg": random.normal(76, 12),
                "age_y": random.normal(48, 11),
                "best_response": "NE" if failed else kind,
                "pfs_days": 0.0 if failed else min(progression, 1826.0),
                "progressed": bool(progression < 1826 and not failed),
                "os_days": 12.3 if failed else min(survival, 1826.0),
                "died": bool(survival < 1826 and not failed),
                "doses_received_first_cycle": given_first,
            }
        )
    frames = tuple(pd.DataFrame(rows) for rows in (people, doses, scans, toxicity))
    worst = frames[3].groupby(["patient", "toxicity"])["grade"].max().unstack().add_prefix("worst_")
    return (frames[0].join(worst, on="patient"), *frames[1:])


def _curves(arms: tuple[str, ...], patients: int, random: np.random.Generator) -> Curves:
    times = np.concatenate([np.arange(0, 35, 0.125), np.arange(35, 181, 1.0)])
    between = np.exp(random.normal(0, 0.35, (len(arms), patients, 1)))
    on = (times % 84 < 4.7) | ((times % 84 >= 14) & (times % 84 < 18.7))
    lag = np.convolve(on, np.exp(-np.arange(60) / 16), mode="full")[: times.size] / 16
    shape = {
        "serum_aldesleukin": 3000 * np.exp(-(times * 24 % 8) * 0.45) * on + 0.02,
        "lymphocytes": 1.7 * np.where(times == 0, 1, np.clip(1 - 0.9 * on + 2 * lag * ~on, 0.1, None)),
        "nk": 0.25 * (1 + 3 * lag),
        "nk_bright": 0.02 * (1 + 12 * lag),
        "cd4": 0.8 * np.where(times == 0, 1, np.clip(1 - 0.8 * on + lag, 0.1, None)),
        "cd8": 0.5 * np.where(times == 0, 1, np.clip(1 - 0.8 * on + 1.2 * lag, 0.1, None)),
        "treg": 0.05 * (1 + 4 * lag),
        "eosinophils": 0.2 * (1 + 20 * lag),
        "neutrophils": 4.5 * (1 + 0.8 * on * (times > 0)),
        "platelets": 250 * (1 - 0.5 * lag.clip(0, 1.6)),
        "mean_arterial_pressure": 92 - 24 * lag,
        "creatinine": 0.9 + 1.6 * lag,
        "alt": 0.7 + 2.1 * lag,
        "temperature_rise": 0.01 + 1.6 * on * (times > 0),
        "weight_gain": 0.001 + 0.09 * lag,
    }
    curves = [
        base[0] * between**0.3 * (base / base[0]) ** between
        for base in (np.broadcast_to(shape[name], times.shape) for name in shape)
    ]
    values = np.stack(curves, axis=-1).astype("float32")
    values[:, 7] = np.nan
    return Curves(arms, tuple(UNITS), tuple(UNITS.values()), times, dict(zip(arms, values, strict=True)))


def _columns(frame: pd.DataFrame) -> dict[str, np.ndarray | Labels]:
    """Columns as a run stores them: text as labels."""
    columns: dict[str, np.ndarray | Labels] = {}
    for name in frame:
        if pd.api.types.is_numeric_dtype(frame[name]):
            columns[name] = frame[name].to_numpy()
        else:
            text = pd.Categorical(frame[name])
            columns[name] = Labels(text.codes.astype(np.int32), tuple(text.categories))
    return columns


def _summary(arms: tuple[str, ...], patients: int) -> dict:
    def endpoint(quantity, time, unit, forecast, low, high, reported=None, interval=(None, None), used_for="validation"):
        row = {
            "quantity": quantity,
            "time": time,
            "among": "",
            "unit": unit,
            "forecast": forecast,
            "low": low,
            "high": high,
            "trial_low": low - 0.3 * (high - low),
            "trial_high": high + 0.3 * (high - low),
            "n": patients,
        }
        if reported is not None:
            row |= {
                "inside": row["trial_low"] <= reported <= row["trial_high"],
                "reported": reported,
                "reported_low": interval[0],
                "reported_high": interval[1],
                "reported_interval": "ci95" if interval[0] is not None else None,
                "citation": "Atkins99",
                "where": "abstract",
                "n_reported": 270,
                "data_cut": "",
                "used_for": used_for,
            }
        return row

    endpoints = {
        "orr": endpoint("orr", "", "fraction", 0.155, 0.10, 0.22, 0.16, (0.12, 0.21), "calibration"),
        "cr": endpoint("cr", "", "fraction", 0.058, 0.03, 0.11, 0.063),
        "os_median": endpoint("os_median", "", "months", 12.6, 9.1, 16.0, 11.4),
        "grade34_hypotension": endpoint("grade34_hypotension", "", "fraction", 0.65, 0.57, 0.73, 0.45),
        "tumour_burden_kg": {
            "quantity": "tumour_burden_kg",
            "time": "",
            "among": "",
            "unit": "kg",
            "forecast": None,
            "not_simulated": "not simulated: no endpoint is defined for 'tumour_burden_kg'",
            "reported": 1.0,
            "reported_low": None,
            "reported_high": None,
            "reported_interval": None,
            "citation": "Atkins99",
            "where": "table 1",
            "n_reported": 270,
            "data_cut": "",
            "used_for": "validation",
        },
        "pfs_median": endpoint("pfs_median", "", "months", 2.9, 2.4, 3.6),
        "os_rate": endpoint("os_rate", "24 months", "fraction", 0.21, 0.15, 0.28),
        "doses_received_median": endpoint("doses_received_median", "first cycle", "doses", 9.0, 8.0, 10.0),
    }
    return {
        "title": "High-dose interleukin-2 in metastatic melanoma",
        "kinecast": "0.1.0",
        "seed": 1,
        "patients": patients,
        "arms": dict.fromkeys(arms, endpoints),
        "failed": len(arms),
        "status": {"ok": (patients - 1) * len(arms), "The maximum number of steps was reached.": len(arms)},
    }
