"""A protocol in words: one sentence for each arm, as a paper's abstract would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinecast.catalog import Regimen

UNTREATED = "no treatment"


def arms_in_words(protocol: dict[str, Any]) -> dict[str, str]:
    """Return arm → its treatments in one sentence, from the content of a protocol."""
    return {
        str(arm): (" With ".join(_treatment(one) for one in treatments) if treatments else UNTREATED) + "."
        for arm, treatments in protocol["arms"].items()
    }


def trial_in_words(protocol: dict[str, Any], patients: int) -> str:
    """Return who is treated and how long they are followed."""
    disease = protocol["disease"]
    who = "virtual patients without a tumour" if disease == "none" else f"virtual patients with {disease}"
    scans = protocol.get("scans")
    if isinstance(scans, (list, tuple)):
        scans = ", ".join(str(scan) for scan in scans)
    imaging = f", imaged {scans}" if scans else ""
    return f"{patients:,} {who} in each arm, followed for {protocol['follow_up']}{imaging}."


def regimen_in_words(regimen: Regimen) -> str:
    """Return one row of a trial's regimens as a sentence without its full stop; the source's own wording stands in quotes."""
    phase = f"{regimen.phase}, " if regimen.phase else ""
    dose = str(regimen.quantity) if regimen.quantity else regimen.dose_text or "dose not known"
    words = [f"{phase}{regimen.agent}", *([] if regimen.agent == "no-treatment" else [dose]), regimen.route]
    if regimen.duration:
        words.append(f"over {regimen.duration}")
    if regimen.times_per_day and regimen.times_per_day != 1:
        words.append(f"{regimen.times_per_day:g} times a day")
    if regimen.days:
        words.append(f"on {'day' if regimen.days.isdecimal() else 'days'} {regimen.days}")
    if regimen.cycle_days:
        words.append(f"of a cycle of {regimen.cycle_days:g} days")
    if regimen.max_doses_per_cycle:
        words[-1] += f", at most {regimen.max_doses_per_cycle} doses a cycle"
    if regimen.cycles and regimen.cycles > 1:
        words[-1] += f", {regimen.cycles} cycles"
    if regimen.start_day > 1:
        words.append(f"from day {regimen.start_day}")
    if regimen.until:
        words.append(f"until {regimen.until}")
    return " ".join(word for word in words if word) + (f"; '{regimen.schedule}'" if regimen.schedule else "")


def _treatment(one: dict[str, Any]) -> str:
    words = [f"{one['agent']} {one['dose']} {one['route']}"]
    if one.get("duration"):
        words.append(f"over {one['duration']}")
    if one.get("days"):
        days = one["days"] if isinstance(one["days"], str) else ", ".join(str(day) for day in one["days"])
        words.append(f"on days {days} of each cycle")
    elif one.get("every"):
        words.append(f"every {one['every']}, {one.get('doses', 1)} doses a cycle")
    starts = one.get("start") or []
    starts = [starts] if isinstance(starts, str) else [str(start) for start in starts]
    if starts and starts != ["day 1"]:
        words.append(f"starting on {' and '.join(starts)}")
    text = " ".join(words)
    if courses := one.get("courses"):
        condition = courses.get("while", "always")
        text += f"; up to {courses['most']} courses, one every {courses['every']}"
        text += "" if condition == "always" else f", while {condition}"
    if one.get("hold"):
        text += f"; doses held by the rule {one['hold']}"
    return text
