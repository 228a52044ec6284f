"""The page and the picture of tolerated doses: docs/cytokines/tolerated-doses.md, docs/images/tolerated-doses.svg."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from escalations import Escalation

from kinecast.plots.grammar import Rows, Spec, grid, layers, mark, number
from kinecast.plots.theme import FORECAST, REPORT, RULE, framed
from kinecast.trial.escalation import LIMIT
from kinecast.trial.estimators import wilson

if TYPE_CHECKING:
    from tolerated_doses import Result

DOCS = Path(__file__).parents[1] / "docs"
sys.path.insert(0, str(DOCS))

from rendering.markdown import linked, table  # noqa: E402

WIDE, HIGH, COLUMNS = 190, 110, 4
UPWARD = "Patients [%]"


def write(made: Sequence[Result], stopped: Sequence[tuple[Escalation, str]], seed: int) -> None:
    """Write both."""
    import vl_convert

    (DOCS / "cytokines").mkdir(exist_ok=True)
    (DOCS / "images" / "tolerated-doses.svg").write_text(vl_convert.vegalite_to_svg(json.dumps(picture(made))), encoding="utf-8")
    (DOCS / "cytokines" / "tolerated-doses.md").write_text(page(made, stopped, seed), encoding="utf-8")


def page(made: Sequence[Result], stopped: Sequence[tuple[Escalation, str]], seed: int) -> str:
    """The page: what counts as dose-limiting, the table, what each level showed, and what cannot be run."""
    met = sum(one.met for one in made)
    lines = [
        "# Tolerated doses",
        "",
        f"Dose escalations of the catalogue, level by level on the same {made[0].patients} virtual patients (seed {seed}):",
        f"{met} of {len(made)} within one level of the report. Written by",
        "`python verification/tolerated_doses.py --page`.",
        "",
        "A patient has dose-limiting toxicity with grade 3 or more of any toxicity outside the blood, grade 4 of neutrophils or",
        "platelets, or death by treatment, in the first cycle: from the first dose to the second cycle where cycles last three",
        "weeks, otherwise for 28 days. Lymphopenia does not count: it is what these drugs do. This convention is that of most",
        "protocols, but no trial's own rule; `kinecast show ctcae` lists the grades. A level is tolerated when fewer than one",
        "third of patients have such a toxicity there and at every level below. It is met within one level of the report; levels",
        "are added above the reported dose (at least two where one was too high), so that a forecast can be too high.",
        "",
        "High-dose interleukin-2 is no escalation of this kind: it is given until toxicity that limits the dose anywhere else.",
        "Infusions of interleukin-2 of the 1980s were carried on through pressors, which count here.",
        "",
        "A trial of three to six patients a level reads the same patients with luck: the column *3+3* says what 2,000 such",
        "trials would declare (10 % of them or more).",
        "",
        "![Share with dose-limiting toxicity by dose level](../images/tolerated-doses.svg)",
        "",
        *table(
            (
                "escalation",
                "report",
                "tolerated, reported",
                "tolerated, forecast",
                "met",
                "3+3 would declare",
                "what limits, forecast",
            ),
            [
                (
                    one.escalation.title,
                    linked(_source(one.escalation)),
                    one.told,
                    one.level(one.found),
                    "yes" if one.met else "**no**",
                    one.declared,
                    one.limited_by,
                )
                for one in made
            ],
        ),
        "\\* not an arm of the catalogue: a dose between its arms, or beyond them, so that a forecast can be too high.",
        "",
        "## Share with dose-limiting toxicity",
        "",
        *table(
            ("escalation", "level: share of virtual patients"),
            [
                (
                    one.escalation.title,
                    ", ".join(f"{level.name}: {rate:.0%}" for level, rate in zip(one.escalation.levels, one.rates, strict=True)),
                )
                for one in made
            ],
        ),
    ]
    if stopped:
        lines += ["## What cannot be run", "", *table(("escalation", "reason"), [(one.title, reason) for one, reason in stopped])]
    return "\n".join(lines).rstrip() + "\n"


def picture(made: Sequence[Result]) -> Spec:
    """Share with dose-limiting toxicity against dose level, one panel an escalation."""
    return framed(
        grid([_panel(one) for one in made], COLUMNS),
        f"Dose-limiting toxicity in the first cycle (n = {made[0].patients} virtual patients a level)",
        "Share of patients with 95 % band; dashed: one third. Orange: the highest level reported as tolerated",
        "Share of virtual patients with dose-limiting toxicity by dose level, one panel for each escalation.",
    )


def _panel(one: Result) -> Spec:
    rows: Rows = []
    for index, (level, rate) in enumerate(zip(one.escalation.levels, one.rates, strict=True)):
        low, high = wilson(round(rate * one.patients), one.patients) or (0.0, 1.0)
        rows.append(
            {
                "level": level.name,
                "rate": 100 * rate,
                "low": 100 * low,
                "high": 100 * high,
                "told": index == one.escalation.reported,
            }
        )
    axis = {"labelAngle": -45, "labelFontSize": 9}
    across = {"field": "level", "type": "ordinal", "sort": None, "title": "Dose level", "axis": axis}
    scale = {"domain": [0, 100]}
    upward = number("rate", UPWARD, scale=scale)
    colour = {"condition": {"test": "datum.told", "value": REPORT}, "value": FORECAST}
    band = mark(
        "rule",
        {"x": across, "y": number("low", UPWARD, scale=scale), "y2": {"field": "high"}, "color": colour},
        strokeWidth=3,
        opacity=0.4,
    )
    line = mark("line", {"x": across, "y": upward}, color=RULE, strokeWidth=1)
    dots = mark("point", {"x": across, "y": upward, "color": colour}, filled=True, size=50, opacity=1)
    third = mark("rule", {"y": {"datum": 100 * LIMIT}}, [{}], color=RULE, strokeDash=[4, 3])
    verdict = "met" if one.met else "missed"
    return layers(
        [third, band, line, dots], WIDE, HIGH, rows, title={"text": f"{one.escalation.title}: {verdict}", "fontSize": 11}
    )


def _source(escalation: Escalation) -> str:
    if escalation.report is not None:
        return escalation.report.source
    return escalation.record.arms[escalation.too_much].regimens[0].source
