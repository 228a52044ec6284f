"""A page for each group of trials: what each arm was given, whether that can be run, what overlaps, and how much was reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kinecast import catalog
from kinecast.catalog import Trial
from kinecast.catalog.records.trial import Arm
from kinecast.report.sentence import arms_in_words, regimen_in_words, trial_in_words
from kinecast.trial.regimens import UNTREATED, missing
from rendering.agents import agent_link
from rendering.evidence import CLASSES, class_on_page, groups_of_trials, trial_link
from rendering.markdown import counted, linked, table

GROUPS = {
    "il2-ifn-alpha": "Interleukin-2 and interferon-alpha",
    "il15-il7-il21": "Interleukins 15, 7 and 21",
    "il12-gm-csf-ifn-gamma": "Interleukin-12, GM-CSF, interferon-gamma and others",
    "engineered": "Engineered cytokines and combinations",
    "checkpoint-and-controls": "Checkpoint antibodies and control arms",
    "receptors": "Receptors and cells, in the tube and in blood",
}


def trial_pages() -> dict[str, str]:
    """Return file name → text of the trials' pages, one a group, and an index."""
    groups = groups_of_trials()
    found = {}
    for group in dict.fromkeys(groups.values()):
        held = [catalog.trial(key) for key in sorted(groups) if groups[key] == group]
        lines = [f"# {GROUPS.get(group, group)}", "", f"{counted(len(held), 'trial')}. The numbers that each reported are on the"]
        lines[-1] += " [drugs' pages](../agents/README.md), and in full in `kinecast show TRIAL`."
        found[f"trials/{group}.md"] = "\n".join([*lines, "", *(line for trial in held for line in _trial(trial))])
    return found | {"trials/README.md": _index()}


def stopped(trial: Trial, arm: str) -> str:
    """Return why an arm cannot be run: what is not known of its treatment, or which drugs the model lacks; empty when it can."""
    given = any(other.regimens for other in trial.arms.values()) or trial.disease == "in-vitro"
    if given and not trial.arms[arm].regimens and not _planned(trial, arm):
        return "reports only"
    if fields := ", ".join(missing(trial, arm)):
        return f"not known: {fields}"
    lacking = [drug for drug in _drugs(trial, arm) if drug not in UNTREATED and not catalog.agent(drug).simulated]
    return f"not in the model: {', '.join(dict.fromkeys(lacking))}" if lacking else ""


def _planned(trial: Trial, arm: str) -> bool:
    return trial.protocol is not None and arm in trial.protocol["arms"]


def _drugs(trial: Trial, arm: str) -> list[str]:
    if trial.protocol is not None and _planned(trial, arm):
        return [str(item["agent"]) for item in trial.protocol["arms"][arm]]
    return [regimen.agent for regimen in trial.arms[arm].regimens]


def _trial(trial: Trial) -> list[str]:
    people = f"{trial.n:,} patients" if trial.n else ""
    facts = [trial.disease, trial.phase, people, f"follow-up {trial.follow_up}" if trial.follow_up else ""]
    facts += [f"scans {trial.scans}" if trial.scans else "", ", ".join(linked(key) for key in trial.citations)]
    lines = [f"## {trial.id}", "", f"**{trial.title}.** " + "; ".join(fact for fact in facts if fact) + ".", ""]
    if trial.setting and trial.setting != trial.disease:
        lines += [f"Setting: {trial.setting}.", ""]
    planned = trial.protocol or {}
    if planned:
        followed = trial_in_words(planned, planned["patients"]).replace("virtual patients", "patients", 1)
        told = f"{linked(trial.protocol_source)}, {trial.protocol_where}; {trial.protocol_status}"
        lines += [f"Protocol written by hand: {followed} From {told}.", ""]
    lines += table(
        ("arm", "given", "n", "can be run", "observations"), (_arm(trial, name, arm) for name, arm in trial.arms.items())
    )
    if trial.overlaps:
        shared = "; ".join(f"{trial_link(one.trial)} ({one.note})" for one in trial.overlaps)
        lines += [f"Overlaps: {shared}.", ""]
    notes = list(_each_once(trial.notes))
    return [*lines, *(f"- {note}" for note in notes), *([""] if notes else [])]


def _each_once(notes: Iterable[str]) -> Iterable[str]:
    """Yield the notes without those whose words stand in the ones before."""
    said = ""
    for note in notes:
        if note not in said:
            yield note
        said = f"{said} {note}"


def _arm(trial: Trial, name: str, arm: Arm) -> Iterable[object]:
    given = arms_in_words(trial.protocol).get(name, "") if trial.protocol else ""
    regimens = "<br>".join(_regimen(trial, name, position) for position, _ in enumerate(arm.regimens))
    size = max((regimen.n for regimen in arm.regimens if regimen.n), default="")
    why = stopped(trial, name)
    return name, given or regimens or arm.description, size, why or "yes", _counts(arm)


def _regimen(trial: Trial, arm: str, position: int) -> str:
    regimen = trial.arms[arm].regimens[position]
    linked_drug = agent_link(regimen.agent, "../agents/")
    said = regimen_in_words(regimen).replace(regimen.agent, linked_drug, 1)
    return said + ("" if regimen.status == "measured" else f" ({regimen.status})")


def _counts(arm: Arm) -> str:
    rows = [{"quantity": seen.quantity, "unit": seen.unit} for seen in arm.observations]
    counts = Counter(class_on_page(row) for row in rows)
    return ", ".join(f"{name.lower()} {counts[name]}" for name in CLASSES if counts[name])


def _can_be_run(trial: Trial) -> str:
    given = [why for why in (stopped(trial, arm) for arm in trial.arms) if why != "reports only"]
    ready = sum(not why for why in given)
    return "" if not ready else "yes" if ready == len(given) else f"{ready} of {len(given)} arms"


def _index() -> str:
    rows = []
    groups = groups_of_trials()
    for key in sorted(groups):
        trial = catalog.trial(key)
        numbers = sum(len(arm.observations) for arm in trial.arms.values())
        rows.append((trial_link(key), trial.title, trial.disease, ", ".join(trial.agents), trial.n, _can_be_run(trial), numbers))
    listed = [f"- [{GROUPS.get(group, group)}]({group}.md)" for group in dict.fromkeys(groups.values())]
    head = ("trial", "title", "disease", "drugs", "n", "can be run", "observations")
    return "\n".join(["# Trials", "", *listed, "", *table(head, rows)])
