"""The diseases: a page for each that the model has, and one for the others."""

from __future__ import annotations

from collections import Counter

from kinecast import catalog
from kinecast.catalog import Disease
from kinecast.plots.endpoints import label
from rendering.markdown import linked, number_in_words, table

_KINDS = {
    "lesions": "lesions that are measured",
    "micrometastases": "cells too few to be seen, or none, from which a relapse may come",
    "clone": "a clone that fills the marrow, judged on blood counts",
    "bladder": "carcinoma in situ on the wall of the bladder, judged by cystoscopy",
}


def disease_pages() -> dict[str, str]:
    """Return file name → text of the diseases' pages."""
    known = list(catalog.diseases().values())
    return {f"diseases/{one.id}.md": _page(one) for one in known if one.modelled} | {"diseases/README.md": _index(known)}


def _page(disease: Disease) -> str:
    """Return the page of a disease that the model has, or of a mixture of such: every number with its source."""
    rows = []
    shares = {f"share of {name}": number for name, number in disease.mixture.items()}
    years = {f"hazard ratio of death, {year}": number for year, number in disease.death_by_year.items()}
    for name, number in {**shares, **disease.parameters, **years}.items():
        said = number_in_words(number.value, number.low, number.high, number.interval, number.unit)
        if number.between_patients:
            said += f"; {number.between_patients.shape} {number.between_patients.size:g} between patients"
        notes = "; ".join(part for part in (number.conditions, number.note) if part)
        rows.append((f"`{name}`", said, linked(number.source), number.where, number.status, notes))
    lines = [f"# {disease.name}", "", *_said(disease), f"What there is of it in the model: {_KINDS[disease.tumour]}.", ""]
    lines += ["## Numbers of the model", ""]
    lines += table(("parameter", "value", "source", "where in it", "status", "note"), rows)
    return "\n".join([*lines, *_course(disease, "##")])


def _said(disease: Disease) -> list[str]:
    lines = [disease.description, ""] if disease.description else []
    lines += [f"Also called {', '.join(disease.synonyms)}.", ""] if disease.synonyms else []
    return lines + ([*(f"- {note}" for note in disease.notes), ""] if disease.notes else [])


def _course(disease: Disease, heading: str) -> list[str]:
    """Return what is known of the course of the disease, by setting."""
    rows = []
    for setting, reports in disease.natural_history.items():
        for seen in reports:
            said = number_in_words(seen.value, seen.lower, seen.upper, seen.interval, seen.unit, seen.bound)
            rows.append(
                (setting, label(seen.model_dump()), said, seen.n, linked(seen.source), seen.where, seen.status, seen.note)
            )
    head = ("setting", "quantity", "value", "n", "source", "where in it", "status", "note")
    return [f"{heading} Course", "", *table(head, rows)] if rows else []


def _index(known: list[Disease]) -> str:
    trials = Counter(row.get("disease", "") for row in catalog.trials().rows().values())
    rows = []
    for one in known:
        place = f"{one.id}.md" if one.modelled else f"#{one.id}"
        rows.append((f"[{one.id}]({place})", one.name, "yes" if one.modelled else "", trials[one.id] or ""))
    lines = ["# Diseases", "", *table(("disease", "name", "in the model", "trials"), rows)]
    lines += [f"{trials['none']} trials, with the disease `none`, are in people without a tumour.", ""] if trials["none"] else []
    if without := sorted(set(trials) - {one.id for one in known} - {"", "none"}):
        lines += ["Of trials, without a record here: " + ", ".join(f"{key} ({trials[key]})" for key in without) + ".", ""]
    for one in known:
        if not one.modelled:
            lines += [f"## {one.id}", "", f"**{one.name}.**", "", *_said(one), *_course(one, "###")]
    return "\n".join(lines)
