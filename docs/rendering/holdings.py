"""What the catalogue holds, in numbers: counts, shares, what can be run, what stops the rest, and what was left out."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence

from kinecast import catalog
from kinecast.catalog import Trial
from kinecast.catalog.search import Kind, search
from kinecast.catalog.tables import Cells
from kinecast.errors import KinecastError
from kinecast.trial.regimens import UNTREATED, missing, protocol_of, runnable
from rendering.evidence import CLASSES, TABLES, class_on_page, groups_of_trials, trial_link
from rendering.markdown import counted, table
from rendering.trials import GROUPS

_TABLES: tuple[Kind, ...] = ("regimens", "observations", "measurements", "approvals")

LEFT_OUT = TABLES.parent / "left_out.csv"


def holdings_page() -> str:
    """Return the page of numbers, all computed from the records."""
    trials = [catalog.trials()[key] for key in catalog.trials()]
    lines = [
        "# What the catalogue holds",
        "",
        "Counted from the records and tables. How it is built: [catalogue](../catalogue.md).",
        "",
    ]
    lines += [*_sizes(trials), *_by_group(trials), *_by_class(), *_families(), *_citations(), *_runs(trials), *_left_out()]
    return "\n".join(lines)


def _sizes(trials: Sequence[Trial]) -> list[str]:
    rows: list[tuple[object, ...]] = [("trials", len(trials)), ("arms", sum(len(trial.arms) for trial in trials))]
    for kind in _TABLES:
        held = search(kind)
        measured = sum(row["read"] == "yes" if kind == "approvals" else row["status"] == "measured" for row in held)
        rows.append((kind, len(held), measured, len(held) - measured, f"{100 * measured / max(len(held), 1):.0f} %"))
    rows += [("drugs", len(catalog.agents())), ("of them in the model", _simulated()), ("diseases", len(catalog.diseases()))]
    said = "*Measured* is what was read in the source; *assumed* what was recalled or argued, and what no source states."
    head = ("", "number", "measured", "assumed", "share measured")
    return [said, "", *table(head, ((*row, *[""] * (len(head) - len(row))) for row in rows))]


def _simulated() -> int:
    return sum(agent.simulated for agent in catalog.agents().values())


def _by_group(trials: Sequence[Trial]) -> list[str]:
    groups = groups_of_trials()
    rows = []
    for group in dict.fromkeys(groups.values()):
        held = [trial for trial in trials if groups[trial.id] == group]
        given = [len(arm.regimens) for trial in held for arm in trial.arms.values()]
        seen = [len(arm.observations) for trial in held for arm in trial.arms.values()]
        rows.append((f"[{GROUPS.get(group, group)}](trials/{group}.md)", len(held), len(given), sum(given), sum(seen)))
    return ["## By group", "", *table(("group", "trials", "arms", "regimens", "observations"), rows)]


def _by_class() -> list[str]:
    held = search("observations")
    counts = Counter(class_on_page(row) for row in held)
    measured = Counter(class_on_page(row) for row in held if row["status"] == "measured")
    used = Counter(class_on_page(row) for row in held if row.get("used_for") == "calibration")
    rows = [(name, counts[name], measured[name], used[name] or "") for name in CLASSES]
    return ["## Observations by class", "", *table(("class", "number", "measured", "used for calibration"), rows)]


def _families() -> list[str]:
    agents = list(catalog.agents().values())
    given = Counter(row["agent"] for row in catalog.regimens().cells)
    families = Counter(agent.family for agent in agents)
    rows = [
        (family, number, sum(given[agent.id] for agent in agents if agent.family == family) or "")
        for family, number in families.most_common()
    ]
    return ["## Drugs by family", "", *table(("family", "drugs", "regimens"), rows)]


def _citations() -> list[str]:
    works = [work for work in catalog.citations().values() if not work.own]
    resolved = sum(work.resolved for work in works)
    rows = [row for kind in _TABLES for row in search(kind)]
    strange = sorted({row["source"] for row in rows} - set(catalog.citations()))
    resting = sum(row["source"] in catalog.citations() and catalog.citation(row["source"]).resolved for row in rows)
    lines = ["## Citations", "", f"{counted(len(works), 'work')}: {resolved:,} resolved, {len(works) - resolved:,} unresolved"]
    lines[-1] += f" ([list](citations.md)). {resting:,} of {len(rows):,} rows of the tables rest on a resolved one."
    return [*lines, ""] + ([f"Sources of rows that are no citation yet: {len(strange):,}.", ""] if strange else [])


def _runs(trials: Sequence[Trial]) -> list[str]:
    """Return how many trials with a response rate have a complete schedule, and what stops each of the others."""
    asked = [trial for trial in trials if _response_arms(trial)]
    complete = {trial.id for trial in asked if runnable(trial)}
    rest = [trial for trial in asked if trial.id not in complete]
    in_model = [trial for trial in asked if trial.id in complete and not _lacking(trial)]
    stops = Counter(kind for trial in rest for kind in {field.split(" of ")[0].split(" '")[0] for field in _fields(trial)})
    lines = ["## Which trials can be run", "", f"{len(asked):,} trials report an objective response rate of a whole arm."]
    lines[-1] += f" {len(complete):,} of them have a complete schedule; the model has all drugs of {len(in_model):,} of these."
    lines += (
        ["", *table(("what stops the others", "trials"), sorted(stops.items(), key=lambda pair: (-pair[1], pair[0])))]
        if stops
        else [""]
    )
    rows = [(trial_link(trial.id, ""), ", ".join(_fields(trial)) or _refused(trial)) for trial in rest]
    return lines + (table(("trial", "what stops it"), rows) if rows else [])


def _response_arms(trial: Trial) -> list[str]:
    seen = {name: arm.observations for name, arm in trial.arms.items()}
    return [name for name, all_seen in seen.items() if any(one.quantity == "orr" and not one.among for one in all_seen)]


def _fields(trial: Trial) -> list[str]:
    return list(dict.fromkeys(field for arm in _response_arms(trial) for field in missing(trial, arm)))


def _refused(trial: Trial) -> str:
    """Return why no protocol can be made of a schedule in which every field is known."""
    try:
        protocol_of(trial)
    except KinecastError as error:
        return f"refused: {error.message}"
    return ""


def _lacking(trial: Trial) -> bool:
    given = [drug for drug in trial.agents if drug not in UNTREATED]
    return any(drug not in catalog.agents() or not catalog.agent(drug).simulated for drug in given)


def _left_out() -> list[str]:
    if not LEFT_OUT.exists():
        return []
    with LEFT_OUT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = f"{counted(len(rows), 'row')} of the collected evidence stand in no table, each with its reason."
    return ["## Left out", "", said, "", *(table(("reason", "rows"), _reasons(rows)) if rows else [])]


def _reasons(rows: Iterable[Cells]) -> list[tuple[str, int]]:
    """Return the reasons and how often each; what follows a colon, or names a row, does not make another reason."""
    kinds: Counter[str] = Counter()
    for row in rows:
        said = row["reason"]
        kinds["duplicate" if said.lower().startswith("duplicate") else said.partition(":")[0].partition(";")[0].strip()] += 1
    return kinds.most_common()
