"""Puts the report together: one HTML page with its style, its pictures as SVG, and nothing to load from elsewhere."""

from __future__ import annotations

import re
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from kinecast.catalog import disease
from kinecast.errors import CatalogError
from kinecast.plots import available, picture
from kinecast.plots.theme import FORECAST, GRADES, GRID, INK, MUTED, PAPER, REPORT, RESPONSES, RULE
from kinecast.report import painters
from kinecast.report.baseline import baseline_table
from kinecast.report.endpoint_table import endpoint_table
from kinecast.report.parts import failures, provenance, works_cited
from kinecast.report.remarks import titled
from kinecast.report.sentence import arms_in_words, trial_in_words

LARGER = 1.15  # pictures may grow this much on a wide page, all alike
NOTICE = "Research use only, not for treatment decisions."
SECTIONS = {
    "Response": ("waterfall", "spider", "swimmer"),
    "Survival": ("kaplan_meier",),
    "Harm and doses": ("toxicity", "toxicity_course", "doses"),
    "Drug and cells": ("drug_level", "blood_cells"),
}
DARK = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--line)",
    RULE: "var(--rule)",
    PAPER: "var(--paper)",
    FORECAST: "var(--forecast)",
    REPORT: "var(--reported)",
    RESPONSES["CR"]: "#2f7fc1",
    RESPONSES["PR"]: "#8cc8f2",
    RESPONSES["SD"]: "#78828d",
    GRADES[4]: "#c9352a",
    GRADES[5]: "#8d1f2d",
}


def page(forecast: Any) -> str:
    """Return the report of a forecast as one HTML text."""
    painters.start()
    specs = {name: picture(forecast, name) for name in available(forecast)}
    bare = [{key: value for key, value in spec.items() if key != "title"} for spec in specs.values()]
    figures = {name: _figure(name, spec, svg) for (name, spec), svg in zip(specs.items(), painters.draw(bare), strict=True)}
    title = titled(forecast.summary)
    sections = [
        ("Forecast and report", endpoint_table(forecast) + figures.get("forecast_against_report", "")),
        *((heading, "".join(figures.get(name, "") for name in group)) for heading, group in SECTIONS.items()),
        ("Patients at baseline", baseline_table(forecast)),
        ("Simulations that failed", failures(forecast)),
        ("How to repeat this run", provenance(forecast)),
        ("Works cited, and why", works_cited(forecast)),
    ]
    contents = "".join(
        f'<li><a href="#{_anchor(heading)}">{escape(heading)}</a></li>' for heading, content in sections if content
    )
    body = "".join(
        f'<section id="{_anchor(heading)}"><h2>{escape(heading)}</h2>{content}</section>'
        for heading, content in sections
        if content
    )
    unbroken = re.sub(r"-(?=\d)", "\N{NON-BREAKING HYPHEN}", escape(title))
    version, seed = (escape(str(forecast.summary[key])) for key in ("kinecast", "seed"))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}: Kinecast forecast</title>
<style>{_style()}</style>
</head>
<body>
<header>
<p class="kind">Kinecast {version} · virtual trial · seed {seed}</p>
<h1>{unbroken}</h1>
{_protocol(forecast)}
<p class="notice">{NOTICE}</p>
</header>
<nav aria-label="Contents"><ul>{contents}</ul></nav>
<main>{body}</main>
<footer><p>{NOTICE} Made by Kinecast {version}.</p></footer>
</body>
</html>
"""


def _protocol(forecast: Any) -> str:
    content = forecast.protocol.as_dict()
    with suppress(CatalogError):  # a forecast can outlive a name in the catalogue
        content["disease"] = disease(content["disease"]).name
    arms = arms_in_words(content)
    sentence = f'<p class="lead">{escape(trial_in_words(content, forecast.summary["patients"]))}</p>'
    rows = "".join(f"<dt>{escape(arm)}</dt><dd>{escape(words)}</dd>" for arm, words in arms.items())
    return f'{sentence}<dl class="arms">{rows}</dl>'


def _figure(name: str, spec: dict[str, Any], svg: str) -> str:
    title, subtitle = spec["title"]["text"], spec["title"]["subtitle"]
    description = escape(f"{title}. {spec['description']} {subtitle}.")
    named = re.sub(r'(id="|url\(#)', rf"\g<1>{name}-", svg)  # ids of pictures on one page must differ
    width = float(re.search(r'<svg[^>]* width="([\d.]+)"', svg)[1])  # type: ignore[index]
    size = f"max-width:{LARGER * width:.0f}px;min-width:min(34rem,{width:.0f}px)"
    frame = f'<svg role="img" aria-label="{description}" style="{size}" '
    shown = re.sub(r"^<svg ", lambda _: frame, named, count=1)
    caption = f"<figcaption><b>{escape(title)}</b> <span>{escape(subtitle)}</span></figcaption>"
    return f'<figure id="picture-{name}">{caption}<div class="scroll" tabindex="0">{shown}</div></figure>'


def _style() -> str:
    """The style sheet, with the colours of pictures exchanged on dark screens."""
    swaps = "".join(
        f'figure svg [fill="{light}"]{{fill:{dark}}}figure svg [stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in DARK.items()
    )
    sheet = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    return f"{sheet}\n@media screen and (prefers-color-scheme: dark) {{{swaps}}}"


def _anchor(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-")
