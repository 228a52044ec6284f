"""Forecast and report of every endpoint as an HTML table, with where each report stands and whether it was used to calibrate."""

from __future__ import annotations

from html import escape
from typing import Any

from kinecast.plots.endpoints import bound_sign, displayed, interval, is_reported, label, significant, spaced
from kinecast.report.parts import bibliography, links

INTERVALS = {"range": "range", "sd": "± SD", "se": "± SE", "ci90": "90 %", "p10_p90": "10th to 90th percentile"}
INTERVALS |= {"p5_p95": "5th to 95th percentile", "unstated": "not said what"}
NOTHING = '<span class="none">–</span>'
ALONE = "Intervals in brackets are 95 % intervals. “Trial of this size” is where 95 % of trials with as many patients would fall."
COMPARED = (
    "Intervals in brackets are 95 % intervals. “Trial of the reported size” is where 95 % of trials with as many patients "
    "as reported would fall. “Calibrated”: the model was fitted to this report, so that agreement proves nothing."
)


def endpoint_table(forecast: Any) -> str:
    """Return forecast and report of every endpoint of every arm as one table; without reports it has no columns for them."""
    works = {work["key"]: work for work in bibliography(forecast)}
    arms = forecast.summary["arms"]
    compared = any(is_reported(endpoint) for endpoints in arms.values() for endpoint in endpoints.values())
    heads = [
        "Endpoint",
        "Forecast",
        *(("Trial of the reported size", "Reported", "Source", "Model") if compared else ("Trial of this size",)),
    ]
    bodies = []
    for arm, endpoints in arms.items():
        heading = f'<tr class="arm"><th colspan="{len(heads)}" scope="rowgroup">{escape(arm)}</th></tr>' if len(arms) > 1 else ""
        bodies.append(f"<tbody>{heading}{''.join(_row(endpoint, works, compared) for endpoint in endpoints.values())}</tbody>")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Forecast and report"><table><thead><tr>{head}</tr></thead>'
        f'{"".join(bodies)}</table></div><p class="note">{COMPARED if compared else ALONE}</p>'
    )


def _row(endpoint: dict[str, Any], works: dict[str, dict[str, Any]], compared: bool) -> str:
    numbers = displayed(endpoint)
    unit = spaced(numbers["unit"])
    cells = [f'<th scope="row">{escape(label(endpoint))}</th>', *_forecast(endpoint, numbers, unit)]
    if compared:
        cells += _report(endpoint, numbers, unit, works) if is_reported(endpoint) else [f"<td>{NOTHING}</td>"] * 3
    return f"<tr>{''.join(cells)}</tr>"


def _forecast(endpoint: dict[str, Any], numbers: dict[str, Any], unit: str) -> tuple[str, ...]:
    """Two cells: the forecast, and the range of trials of the reported size."""
    if endpoint.get("not_simulated"):
        return (f'<td colspan="2" class="none">{escape(endpoint["not_simulated"])}</td>',)
    value = "not reached" if endpoint.get("not_reached") else _number(numbers["forecast"], unit)
    judged = ""
    if endpoint.get("inside") is not None:
        judged = '<span class="n">report inside</span>' if endpoint["inside"] else '<span class="n outside">report outside</span>'
    around = escape(interval(numbers["low"], numbers["high"]))
    trial = escape(interval(numbers["trial_low"], numbers["trial_high"], unit))
    return (
        f'<td><b class="forecast">{value}</b> {around and f"""<span class="interval">({around})</span>"""}</td>',
        f"<td>{trial or NOTHING} {judged}</td>",
    )


def _report(endpoint: dict[str, Any], numbers: dict[str, Any], unit: str, works: dict[str, dict[str, Any]]) -> list[str]:
    """Three cells: what was reported, where, and whether the model was calibrated on it."""
    around = escape(interval(numbers["reported_low"], numbers["reported_high"]))
    kind = INTERVALS.get(endpoint.get("reported_interval") or "", "")
    shown = f'<span class="interval">({around}{kind and ", " + kind})</span>' if around else ""
    size = f'<span class="n">n = {endpoint["n_reported"]:,}</span>' if endpoint.get("n_reported") else ""
    value = (
        ""
        if numbers["reported"] is None
        else f'<b class="reported">{escape(bound_sign(endpoint.get("reported_bound")))}{_number(numbers["reported"], unit)}</b>'
    )
    where = f'<span class="where">{escape(endpoint["where"])}</span>' if endpoint.get("where") else ""
    calibrated = endpoint.get("used_for") == "calibration"
    used = f'<span class="{"used" if calibrated else "unused"}">{"" if calibrated else "not "}calibrated</span>'
    return [f"<td>{value} {shown} {size}</td>", f"<td>{_cited(endpoint.get('citation'), works)} {where}</td>", f"<td>{used}</td>"]


def _number(value: float | None, unit: str) -> str:
    return NOTHING if value is None else escape(significant(value) + unit)


def _cited(key: str | None, works: dict[str, dict[str, Any]]) -> str:
    if not key:
        return NOTHING
    if key not in works:
        return escape(key)
    return f'<a href="#work-{escape(key)}">{escape(key)}</a> {links(works[key])}'
