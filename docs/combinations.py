"""Write the page of combinations: `python docs/combinations.py [--draws N] [TRIAL ...]`.

All take about a quarter of an hour on two idle cores; of trials that are named the rows are printed instead.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kinecast import catalog
from kinecast.cli.combining import as_dict
from kinecast.inference.additivity import (
    COMBINATION,
    EITHER,
    INDEPENDENT,
    OVER_EITHER,
    OVER_INDEPENDENT,
    UNTREATED,
    Additivity,
    Estimate,
    additivity,
    over_arm,
)
from kinecast.inference.combinations import (
    Listed,
    Reported,
    catalogued,
    compared,
    difference,
    met,
    randomised,
    reported,
)
from kinecast.inference.open_numbers import LOG_SD, stored_draws
from kinecast.plots.combination import interactions_picture
from kinecast.plots.drawn import as_svg
from kinecast.trial.simulable import simulable

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from rendering.markdown import table  # noqa: E402

PATIENTS, SEED = 300, 1
SHOWN = 60
"""Most letters of a name in the picture."""


class Row(NamedTuple):
    """A combination that was simulated: what it is, what was found, and the endpoint that is shown."""

    listed: Listed
    found: Additivity
    endpoint: str
    others: dict[str, str]


def main(trials: Sequence[str], draws: int) -> None:
    """Write docs/combinations.md and its picture; with trials named, print their part of it instead."""
    listed = [one for one in catalogued() if not trials or one.trial in trials]
    rows = [made for one in listed if not one.reason and not reported_together(one, listed) for made in simulated(one, draws)]
    if trials:
        print("\n".join([*_randomised(rows), *_all(rows)]))
        return
    drawn = as_svg(interactions_picture(_shown(rows), PATIENTS, draws))
    (HERE / "images" / "combinations.svg").write_text(drawn, encoding="utf-8")
    (HERE / "combinations.md").write_text(page(rows, [one for one in listed if one.reason], draws), encoding="utf-8")


def reported_together(one: Listed, listed: Sequence[Listed]) -> bool:
    """Say whether an arm is a dose level without a report of its own, in a trial that reports the same drugs in another arm."""
    trial = catalog.trial(one.trial)
    alike = [other.arm for other in listed if other.trial == one.trial and other.agents == one.agents and not other.reason]
    seen = {arm: reported(trial, arm, "orr", "fraction") is not None for arm in alike}
    return not seen[one.arm] and any(seen.values())


def simulated(one: Listed, draws: int) -> list[Row]:
    """Simulate a combination; none where neither response nor progression is judged in it."""
    trial = catalog.trial(one.trial)
    protocol = simulable(trial).protocol
    assert protocol is not None
    others = compared(trial, protocol, one.arm)
    sizes = {other: _size(trial, other) for other in others}
    size = _size(trial, one.arm) or max(1, protocol.patients // len(protocol.arms))
    found = additivity(protocol, one.arm, patients=PATIENTS, draws=draws, seed=SEED, size=size, others=sizes)
    endpoint = next((name for name in ("orr", "pfs_rate") if name in found.comparisons), "")
    print(one.trial, one.arm, file=sys.stderr)
    return [Row(one, found, endpoint, others)] if endpoint else []


def _size(trial: catalog.Trial, arm: str) -> int | None:
    seen = reported(trial, arm, "orr", "fraction")
    return seen.n if seen else max((one.n or 0 for one in trial.arms[arm].observations), default=0) or None


def page(rows: Sequence[Row], left: Sequence[Listed], draws: int) -> str:
    """The page: randomised comparisons, every combination beside its drugs alone, and what cannot be simulated."""
    stored = stored_draws()
    made = stored.made
    scores = [_met(row) for row in rows]
    known = [one for one in scores if one is not None]
    verdicts = [row.found.comparisons[row.endpoint].numbers[OVER_INDEPENDENT].verdict for row in rows]
    lines = [
        "# Combinations",
        "",
        f"Every combination of the catalogue that can be simulated, {len(rows)} arms: {PATIENTS} virtual patients (seed {SEED}),",
        "the same ones untreated, under each drug alone (doses, days and rules as in the combination) and under the combination.",
        "Dose levels that report their responses together are one row.",
        f"Of {len(known)} reported response rates {sum(known)} are met by the scoreboard's rule (the report inside the central",
        "95 % of trials of its size). Written by `python docs/combinations.py`; `kinecast combine` does the same for any arm.",
        "",
        "**Nothing is tuned to a combination**, but for infused cells, which nobody gives without a cytokine (one number each).",
        "The model is calibrated to drugs given alone and to control arms; every report",
        "of a combination is `used_for: validation`. Additivity is what comes out:",
        "",
        "- *either drug*: the patients who respond to at least one of the drugs alone, patient by patient. A combination above",
        "  it gives responses to patients whom neither drug could help alone.",
        "- *independent*: independent action (Bliss), what two drugs would give that know nothing of each other, above what",
        "  untreated patients do.",
        "- The interaction is the combination minus the one or the other, in percentage points. Above independent action it is",
        "  called synergy, below it antagonism, only where its 95 % band over patients and parameters excludes 0, else additive.",
        "",
        f"Combination minus independent action: {_tally(verdicts)}.",
        "",
        "![Interaction of each combination with its bands](images/combinations.svg)",
        "",
        "Bands are of 95 %: first over patients (trials of the reported size), then over patients and parameters. Over",
        f"parameters are {draws} draws of the numbers that data leave open (log standard deviation {LOG_SD}, a guess's worth)",
        f"that keep the response rates of single drugs; {made['date']}, {made['accepted']:.0%} of the walk's steps accepted.",
        f"A band over parameters spans the draws; neighbours in a walk are alike, so that all {len(stored)} are worth about",
        f"{stored.effective:.0f} independent ones, and a band is narrower than it would be with more:",
        "",
        *table(
            ("arm that a draw keeps", "response rate"),
            [(f"{one['trial']} {one['arm'] or 'untreated'}", f"{one['low']:.0%} to {one['high']:.0%}") for one in made["kept"]],
        ),
        "Numbers of drugs in none of these arms are as free as a guess is. `python docs/parameter_draws.py` draws again.",
        "",
        "## Randomised comparisons",
        "",
        "Arms of one trial that differ by one simulated drug. The forecast difference is between the trial's own arms, with",
        "their own doses; *inside* says whether the reported difference lies in the band over patients and parameters.",
        "",
        *_randomised(rows),
        "## Every combination beside its drugs alone",
        "",
        "Response rates in percent (after resection: free of relapse at 12 months).",
        "",
        *_all(rows),
        "## What cannot be simulated",
        "",
        *table(("trial", "arms", "drugs", "reason"), _left(left)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _randomised(rows: Iterable[Row]) -> list[str]:
    cells = [line for row in rows if randomised(catalog.trial(row.listed.trial)) for line in _comparisons(row)]
    return table(("trial", "comparison", "drug added", "reported difference", "n", "forecast difference", "inside"), cells)


def _comparisons(row: Row) -> Iterable[tuple[object, ...]]:
    trial, numbers = catalog.trial(row.listed.trial), row.found.comparisons[row.endpoint].numbers
    mine = reported(trial, row.listed.arm, row.endpoint, "fraction")
    for other, added in row.others.items():
        theirs = reported(trial, other, row.endpoint, "fraction")
        forecast = numbers[over_arm(other)]
        seen = difference(mine, theirs) if mine and theirs else None
        low, high = forecast.band
        yield (
            trial.id,
            f"{row.listed.arm} against {other}",
            added,
            f"{_signed(seen[0])} ({_signed(seen[1])} to {_signed(seen[2])})" if seen else "not reported",
            f"{mine.n} and {theirs.n}" if mine and theirs else "",
            _banded(forecast, signed=True),
            "" if seen is None else "yes" if low <= seen[0] <= high else "no",
        )


def _all(rows: Iterable[Row]) -> list[str]:
    head = (
        "trial, arm",
        "drugs alone",
        "untreated",
        "either drug",
        "independent",
        "combination",
        "minus either",
        "minus independent",
    )
    return table((*head, "reported (n)", "met"), [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[object, ...]:
    numbers = row.found.comparisons[row.endpoint].numbers
    trial = catalog.trial(row.listed.trial)
    seen = reported(trial, row.listed.arm, row.endpoint, "fraction")
    verdict = _met(row)
    return (
        f"{trial.id}, {row.listed.arm} ({trial.disease})",
        "; ".join(f"{part} {_percent(numbers[part].value)}" for part in row.found.parts),
        _percent(numbers[UNTREATED].value),
        _percent(numbers[EITHER].value),
        _percent(numbers[INDEPENDENT].value),
        _banded(numbers[COMBINATION]),
        f"{_banded(numbers[OVER_EITHER], signed=True)}",
        f"{_banded(numbers[OVER_INDEPENDENT], signed=True)} {numbers[OVER_INDEPENDENT].verdict}",
        _said(seen) + (", randomised" if seen and row.others and randomised(trial) else ""),
        "" if verdict is None else "yes" if verdict else "no",
    )


def _said(seen: Reported | None) -> str:
    if seen is None:
        return ""
    interval = f" ({_percent(seen.low)} to {_percent(seen.high)})" if seen.low is not None and seen.high is not None else ""
    return f"{_percent(seen.value)}{interval}" + (f", n = {seen.n}" if seen.n else "")


def _met(row: Row) -> bool | None:
    seen = reported(catalog.trial(row.listed.trial), row.listed.arm, row.endpoint, "fraction")
    if seen is None:
        return None
    return met(seen, row.found.comparisons[row.endpoint].numbers[COMBINATION].value, "fraction", row.found.patients)[0]


def _left(left: Sequence[Listed]) -> list[tuple[str, str, str, str]]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in left:
        groups.setdefault((one.trial, " + ".join(one.agents), one.reason), []).append(one.arm)
    return [(trial, ", ".join(arms), agents, reason) for (trial, agents, reason), arms in groups.items()]


def _shown(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        f"{row.listed.trial} {row.listed.arm}: {' + '.join(row.found.parts)}"[:SHOWN]: as_dict(row.found)["endpoints"][
            row.endpoint
        ]["numbers"]
        for row in rows
    }


def _tally(verdicts: Sequence[str]) -> str:
    return ", ".join(f"{verdicts.count(name)} {name}" for name in ("synergy", "additive", "antagonism"))


def _banded(one: Estimate, *, signed: bool = False) -> str:
    """A value, its band over patients, and after a semicolon its band over patients and parameters."""
    write = _signed if signed else _percent
    bands = "; ".join(f"{write(low)} to {write(high)}" for low, high in (one.patients, one.band))
    return f"{write(one.value)} ({bands})"


def _percent(value: float) -> str:
    return f"{100 * value:.0f}"


def _signed(value: float) -> str:
    return f"{round(100 * value) or 0:+d}"


if __name__ == "__main__":
    asked = ArgumentParser()
    asked.add_argument("trials", nargs="*")
    asked.add_argument("--draws", type=int, default=20)
    main(**vars(asked.parse_args()))
