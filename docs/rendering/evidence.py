"""Rows of the evidence as the pages use them: in words, by class, with the trial's page and what was given in the arm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from kinecast import catalog
from kinecast.catalog.search import search
from kinecast.catalog.tables import Cells, Table
from kinecast.catalog.trial_shelf import TrialRow
from kinecast.inference.scoring import class_of
from kinecast.plots.endpoints import label
from rendering.markdown import number_in_words

TABLES = Path(catalog.__file__).parent / "data" / "evidence"

CLASSES = ("Response", "Survival", "Cells and molecules", "Harm", "Levels in blood", "Doses received and conduct")
"""Classes of observations, in the order in which a page has them."""

_SCORED_AS = {
    "response": "Response",
    "survival": "Survival",
    "hazard ratios": "Survival",
    "cells and mediators": "Cells and molecules",
    "harm": "Harm",
    "pharmacokinetics": "Levels in blood",
    "doses": "Doses received and conduct",
}
_OTHERWISE = {
    "Doses received and conduct": (
        r"^(n_|mtd|rp2d|highest_dose|dose_|follow_up|prior_|ge3_prior|optimal_|obmd|lowest_active|predicted_|model)|genotype|completed|"
        r"completing|received|treatment_duration|time_on_treatment|retreated|stopped_for|icu_"
    ),
    "Levels in blood": r"^(t_detect|time_above|urinary_|exposure_|ratio_plasma|pk_)|undetectable",
    "Survival": r"survi|alive|mortality|^(os|pfs|dfs|rfs|dss|dor|ttf|hg_rfs|efs)_|^dor$|relapse|disease_free",
    "Harm": (
        r"^ae_|sae_|severe|serious|discontinu|arrhythmia|^crs_|icans|colitis|oedema|infection|sepsis|intubation|(?<!cyto)toxic|leak|dysp|"
        r"vasopressor|renal_|anuria|grade4|_g\d|infarct|respirat|weight_|pneumonitis|effusion|haem|psych|behaviour|cognit|fever|arterial|"
        r"lvef|cardiac|oxygen|^svr|urine|fluid|sodium|albumin|qtc|acute_gvhd|injection_site|unacceptable|tolerated|sbp"
    ),
    "Response": (
        r"respon|remission|lesion|shrinkage|target_sum|regression|^(cr|pr|sd|pd|orr|iorr|ttr|chr|pcr)(_|$)|cystectomy|cytogenetic|"
        r"tumour_(mass|growth)|time_to_cr|limb_|local_control|freedom_|progression_"
    ),
}
"""Class → what the names of quantities that no forecast is scored on look like."""

_SPELLED = {
    "dss": "disease-specific survival",
    "dmfs": "distant metastasis-free survival",
    "ttf": "time to treatment failure",
    "ttp": "time to progression",
    "ttr": "time to response",
    "iorr": "immune objective response rate",
    "rp2d": "recommended phase 2 dose",
    "dlt": "dose-limiting toxicity",
    "alc": "absolute lymphocyte count",
    "ada": "anti-drug antibodies",
    "qtc": "QTc",
    "lvef": "left ventricular ejection fraction",
    "crs": "cytokine release syndrome",
    "crp": "C-reactive protein",
    "ldh": "LDH",
    "ec50": "EC50",
    "ic50": "IC50",
    "kd": "KD",
    "c0": "level at time 0",
    "vdss": "volume at steady state",
    "trae": "treatment-related adverse events",
    "irae": "immune-related adverse events",
    "sae": "serious adverse events",
    "grade45": "grade 4–5",
    "g12": "grade 1–2",
    "g24": "grade 2–4",
    "ge3": "three or more",
    r"ge (?=\d)": "at least ",
}
"""Short forms in names of quantities that a page spells out."""

RATIOS = ("_hr", "_odds_ratio")
"""How the names of quantities end that compare two arms."""

FIRST_DAYS = 4
"""Up to this day times are told in hours."""

_FIRST = ("orr", "cr", "dcr", "os_median", "os_hr", "pfs_median", "pfs_hr", "rfs_hr", "dor_median", "death_treatment_related")


def class_on_page(row: Cells) -> str:
    """Return under which heading an observation stands."""
    scored = class_of(row["quantity"], row["unit"])
    if scored in _SCORED_AS:
        return _SCORED_AS[scored]
    fitting = (name for name, pattern in _OTHERWISE.items() if re.search(pattern, row["quantity"]))
    return next(fitting, "Cells and molecules")


def in_order(rows: Iterable[Cells]) -> list[Cells]:
    """Return observations with what readers look for first: whole arms before subsets, main endpoints, many patients."""
    rows = list(rows)
    often = Counter(row["quantity"] for row in rows)
    lead = {name: position for position, name in enumerate(_FIRST)}

    def place(row: Cells) -> tuple[object, ...]:
        name = row["quantity"]
        first = (bool(row.get("among")), lead.get(name, len(lead)), -often[name], name)
        return *first, -int(row.get("n", 0)), row["trial"], row["arm"]

    return sorted(rows, key=place)


def reported(row: Cells) -> str:
    """Return what a row of observations or measurements reports, in words."""
    number = {name: float(row[name]) if name in row else None for name in ("value", "lower", "upper", "low", "high")}
    low = number["lower"] if number["lower"] is not None else number["low"]
    high = number["upper"] if number["upper"] is not None else number["high"]
    return number_in_words(number["value"], low, high, row.get("interval"), row["unit"], row.get("bound"))


def named(row: Cells) -> str:
    """Return what was reported, in words: 'Overall survival at 24 months, responders'."""
    time = row.get("time", "")
    said = label({**row, "time": day_of(row) if "day" in row and re.fullmatch(r"\d+(\.\d+)?", time) else time})
    for short, words in _SPELLED.items():
        said = re.sub(rf"\b{short}\b", words, said, count=1, flags=re.IGNORECASE)
    return said[:1].upper() + said[1:]


def day_of(row: Cells) -> str:
    """Return the time of an observation in days or hours where it is a time, so that '2 y' and '24 mo' are the same."""
    if "day" in row:
        day = float(row["day"])
        shown = f"{24 * day:.3g} h" if day < FIRST_DAYS else f"day {day:.0f}"
        return shown + (f" since {row['since']}" if row.get("since", "start") != "start" else "")
    return "" if row.get("time", "") in ("best", "study", "any time") else row.get("time", "")


def given_with(row: Cells, agent: str) -> str:
    """Return the other drugs of an observation's arm; marked where it has no regimen and the other arms had different drugs."""
    others = [drug for drug in row["agents"].split("; ") if drug and drug != agent]
    return ", ".join(others) + ("" if drugs_are_certain(row) else " (in other arms: this one has no regimen of its own)")


def drugs_are_certain(row: Cells) -> bool:
    """Whether an observation's arm has a regimen, or all arms of its trial were given the same drugs."""
    arms = _arms_given().get(row["trial"], {})
    return _treated(row) in arms or len(set(arms.values())) < 2


def drugs_of(row: Cells) -> str:
    """Return the drugs of an observation's arm, in one order whatever the order of its regimens."""
    return " + ".join(sorted(row["agents"].split("; ")))


def compared_with(row: Cells) -> str:
    """Return what a ratio was against: the arm that is named, or what the other arms got; nothing for other quantities."""
    if not row["quantity"].endswith(RATIOS):
        return ""
    arms = _arms_given().get(row["trial"], {})
    named_arm = row["arm"].partition("_vs_")[2]
    own = arms.get(_treated(row), frozenset())
    against = [arms[named_arm]] if named_arm in arms else [drugs for drugs in arms.values() if drugs != own]
    return " or ".join(sorted({" + ".join(sorted(drugs)) for drugs in against})) or "a comparator that has no regimen"


def _treated(row: Cells) -> str:
    """Return the arm that an observation is about; of a contrast such as 'nivo_vs_dtic' the first."""
    arms = _arms_given().get(row["trial"], {})
    first = row["arm"].partition("_vs_")[0]
    return first if row["arm"] not in arms and first in arms else row["arm"]


def trial_link(trial: str, up: str = "../") -> str:
    """Return a trial's id as a link to its place among the trials' pages."""
    group = groups_of_trials().get(trial)
    return f"[{trial}]({up}trials/{group}.md#{trial.lower()})" if group else trial


@cache
def groups_of_trials() -> Mapping[str, str]:
    """Return in which group of the tables each trial stands."""
    files = sorted((TABLES / "trials").glob("*.csv"))
    return {row["id"]: path.stem for path in files for row in Table(path, TrialRow).cells}


@cache
def regimens_of(agent: str) -> tuple[Cells, ...]:
    """Return the regimens of a drug, with the disease of the trial."""
    return tuple(row for row in search("regimens") if row["agent"] == agent)


@cache
def observations_of(agent: str) -> tuple[Cells, ...]:
    """Return what arms with a drug reported."""
    return tuple(row for row in _observations() if agent in row["agents"].split("; "))


@cache
def measurements_of(agent: str) -> tuple[Cells, ...]:
    """Return the measurements about a drug."""
    return tuple(row for row in search("measurements") if row["agent"] == agent)


@cache
def _observations() -> tuple[Cells, ...]:
    """Return all observations; a contrast of two arms has the drugs of the first."""
    given = _arms_given()

    def drugs(row: Cells) -> str:
        arm = _treated(row)
        return row["agents"] if arm == row["arm"] else "; ".join(sorted(given[row["trial"]][arm]))

    return tuple({**row, "agents": drugs(row)} for row in search("observations"))


@cache
def _arms_given() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Return trial → arm → its drugs."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for row in search("regimens"):
        arms = found.setdefault(row["trial"], {})
        arms[row["arm"]] = arms.get(row["arm"], frozenset()) | {row["agent"]}
    return found
