"""Runs the semantic cases of the SBML Test Suite and prints how many pass.

    python verification/sbml_suite.py CASES [--level 3.2] [--only 00001-00100] [--jobs 2] [--seconds 60] [--list]

CASES is the folder cases/semantic of the suite (https://github.com/sbmlteam/sbml-test-suite, LGPL; it is read, never copied).
Each case is simulated in the newest SBML level and version that it has (or in `--level`) and compared with its results at its
own tolerances. Failures are listed by cause. The line "without events: …; with events: …" counts core cases of ordinary
differential equations alone: time courses without packages, algebraic rules, delays and fast reactions. Exit status 0 unless
CASES has no cases.
"""

from __future__ import annotations

import argparse
import csv
import re
import signal
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from kinecast.errors import KinecastError
from kinecast.exchange.sbml import read_sbml, simulate

NEWEST_FIRST = ("l3v2", "l3v1", "l2v5", "l2v4", "l2v3", "l2v2", "l2v1", "l1v2")
BEYOND_ODES = {"AlgebraicRule", "CSymbolDelay", "FastReaction"}
"""Tags of cases that are more than ordinary differential equations; a package's tags hold a colon."""


@dataclass(frozen=True)
class Outcome:
    case: str
    cause: str
    tags: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.cause

    @property
    def core(self) -> bool:
        """Without packages. Flux balance is a package, so that these are time courses."""
        return not any(":" in tag for tag in self.tags)

    @property
    def events(self) -> bool:
        return any(tag.startswith("Event") for tag in self.tags)


def run_case(folder: Path, cache: str, seconds: int, level: str | None = None) -> Outcome | None:
    """Simulate one case for at most so many seconds; None when it has no model in this level."""
    description = (folder / f"{folder.name}-model.m").read_text("utf-8", "replace")
    tags = tuple(_field(description, "componentTags") + _field(description, "testTags"))
    files = [folder / f"{folder.name}-sbml-{each}.xml" for each in ([level] if level else NEWEST_FIRST)]
    file = next((each for each in files if each.is_file()), None)
    if file is None:
        return None
    if _field(description, "testType") != ["TimeCourse"]:
        return Outcome(folder.name, "not a time course (flux balance)", tags)
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(seconds)
    try:
        return Outcome(folder.name, _difference(folder, file, cache), tags)
    except KinecastError as error:
        return Outcome(folder.name, _cause(error, file), tags)
    except Exception as error:  # a defect of ours is a failed case, not the end of the run
        return Outcome(folder.name, f"crash: {type(error).__name__}: {error}", tags)
    finally:
        signal.alarm(0)


def _stop(*_: object) -> None:
    raise KinecastError("took too long")


def _difference(folder: Path, file: Path, cache: str) -> str:
    """What is wrong with the values, or ''."""
    settings = dict(
        line.split(":", 1) for line in (folder / f"{folder.name}-settings.txt").read_text("utf-8").splitlines() if ":" in line
    )
    first, duration, steps = float(settings["start"]), float(settings["duration"]), int(settings["steps"])
    times = first + duration * np.arange(steps + 1) / steps
    amounts, concentrations = ({each.strip() for each in settings[key].split(",")} for key in ("amount", "concentration"))
    expected = _results(folder / f"{folder.name}-results.csv")
    trajectory = simulate(read_sbml(file), times, cache=cache)
    for name in [each.strip() for each in settings["variables"].split(",") if each.strip()]:
        if name in amounts:
            found = trajectory.amount(name)
        elif name in concentrations:
            found = trajectory.concentration(name)
        else:
            found = trajectory[name]
        wanted = expected[name][: len(found)]
        with np.errstate(all="ignore"):
            close = np.abs(wanted - found) <= float(settings["absolute"]) + float(settings["relative"]) * np.abs(wanted)
        same = (wanted == found) | (np.isnan(wanted) & np.isnan(found))
        if len(wanted) != len(found) or not (close | same).all():
            return "values outside the tolerance"
    return ""


def _results(path: Path) -> dict[str, np.ndarray]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        header, *rows = [[cell.strip() for cell in row] for row in csv.reader(file) if any(cell.strip() for cell in row)]
    return {name: np.array([float(row[i]) for row in rows]) for i, name in enumerate(header)}


def _field(description: str, name: str) -> list[str]:
    match = re.search(rf"^{name}:(.*?)(?=^\s*(?:testTags|testType|levels):|^\s*$)", description, re.MULTILINE | re.DOTALL)
    return [tag.strip() for tag in match[1].replace("\n", " ").split(",") if tag.strip()] if match else []


def _cause(error: KinecastError, file: Path) -> str:
    """The message without names and numbers of this case, so that equal causes are counted together."""
    text = error.message.removeprefix(f"{file}: ")
    for pattern, cause in _CAUSES.items():
        if re.search(pattern, text):
            return cause
    return text


_CAUSES = {
    r"delay is not supported": "unsupported: delay",
    r"fast reactions are not supported": "unsupported: fast reactions",
    r"algebraic rule .* not linear": "unsupported: nonlinear algebraic rule",
    r"requires the SBML package": "unsupported: package",
    r"^model .*Stopped": "integration failed",
}


def _chosen(cases: Path, only: str | None) -> Iterator[Path]:
    first, _, last = (only or "").partition("-")
    for folder in sorted(each for each in cases.iterdir() if re.fullmatch(r"\d{5}", each.name)):
        if not only or first <= folder.name <= (last or first):
            yield folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="folder cases/semantic of the suite")
    parser.add_argument("--level", help="SBML level and version to read, such as 2.4 (default: each case's newest)")
    parser.add_argument("--only", help="a case or a range of cases, such as 00001-00100")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--seconds", type=int, default=60, help="time limit of a case")
    parser.add_argument("--list", action="store_true", help="name every failed case")
    options = parser.parse_args()
    level = "l{}v{}".format(*options.level.split(".")) if options.level else None
    with tempfile.TemporaryDirectory() as cache, ProcessPoolExecutor(options.jobs) as pool:
        work = partial(run_case, cache=cache, seconds=options.seconds, level=level)
        outcomes = [each for each in pool.map(work, _chosen(options.cases, options.only), chunksize=8) if each]
    if not outcomes:
        print(f"{options.cases}: no cases", file=sys.stderr)
        return 1
    _report(outcomes, options.list)
    return 0


def _report(outcomes: list[Outcome], names: bool) -> None:
    core = [each for each in outcomes if each.core]
    plain = [each for each in core if BEYOND_ODES.isdisjoint(each.tags)]
    print(f"passed {_share(outcomes)}")
    print(f"  core (no packages): passed {_share(core)}")
    print("  core, no algebraic rules, delays or fast reactions:")
    without, having = ([each for each in plain if each.events == events] for events in (False, True))
    print(f"    without events: {_share(without)}; with events: {_share(having)}")
    causes: dict[str, list[str]] = defaultdict(list)
    for each in outcomes:
        if not each.passed:
            causes[each.cause].append(each.case)
    print("failures by cause")
    for cause, cases in sorted(causes.items(), key=lambda item: -len(item[1])):
        shown = cases if names else cases[:6]
        print(f"  {len(cases):5d}  {cause}: {' '.join(shown)}{' …' if len(shown) < len(cases) else ''}")
    total, passed = Counter[str](), Counter[str]()
    for each in outcomes:
        total.update(each.tags)
        passed.update(each.tags if each.passed else ())
    print("passed by feature")
    for tag in sorted(total):
        print(f"  {passed[tag]:5d} of {total[tag]:5d}  {tag}")


def _share(outcomes: list[Outcome]) -> str:
    """'passed of all', and percent."""
    passed = sum(each.passed for each in outcomes)
    return f"{passed} of {len(outcomes)}" + (f" ({passed / len(outcomes):.1%})" if outcomes else "")


if __name__ == "__main__":
    sys.exit(main())
