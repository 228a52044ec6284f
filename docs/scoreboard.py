"""Write the scoreboard's page and picture: `python docs/scoreboard.py` (300 virtual patients an arm, five minutes)."""

from __future__ import annotations

import sys
from pathlib import Path

from kinecast.inference import NEAR, RULES, STANDINGS, Scoreboard, scoreboard
from kinecast.inference.scoreboard import share_in_words
from kinecast.plots.drawn import as_svg
from kinecast.plots.endpoints import bound_sign
from kinecast.plots.scoreboard import scoreboard_picture

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from rendering.markdown import table  # noqa: E402

STOPS = 25


def main() -> None:
    """Write docs/scoreboard.md and docs/images/scoreboard.svg."""
    board = scoreboard(patients=300, seed=1)
    picture = as_svg(scoreboard_picture(board.scores, board.patients, NEAR))
    (HERE / "images" / "scoreboard.svg").write_text(picture, encoding="utf-8")
    (HERE / "scoreboard.md").write_text(page(board), encoding="utf-8")


def page(board: Scoreboard) -> str:
    """The page: what was met by class and drug, what was missed, one by one, and what could not be scored."""
    scored = board.scored
    lines = [
        "# The scoreboard",
        "",
        f"Every observation of the catalogue beside the model: {len(board.simulated)} trials simulated with {board.patients}",
        f"virtual patients an arm (seed {board.seed}), {len(board.trials)} of them with a score;",
        f"{len(scored)} of {len(board.scores)} observations scored; {sum(board.failed.values())} simulations and",
        f"{len(board.broken)} runs failed. One parameter set; nothing is tuned to a trial. Written by",
        "`python docs/scoreboard.py`; `kinecast validate` prints the same, for the catalogue or for your own tables.",
        "",
        "The column to read is *independent*: patients that the model has not seen. *Same patients* are other numbers of",
        "patients on whom it was calibrated, in the same trial or in one that shares patients with it. *Calibrated* are the",
        "numbers that it was calibrated on. Of several data cuts the latest is counted, and a report for several arms together",
        "once.",
        "",
        "![Forecast against report, one dot an observation](images/scoreboard.svg)",
        "",
        "## By class",
        "",
        *table(("class", "a forecast meets a report", *STANDINGS, "observations"), _classes(board)),
        "",
        "An interval is a confidence interval or ± 1.96 standard errors; a range reported without a value only where it is one",
        "of means, or over arms. The spread between patients (standard deviation, quartiles, range) is none. A report that is",
        "only a limit (< 10) is met by a forecast on its side. A share of none of N virtual patients is taken as 0.5 / (N + 1);",
        "how few virtual patients there are does not widen what counts as met.",
        "",
        "Where the model has no tumour of a trial's disease, levels, cells and harms are simulated in people without tumour, if",
        "their bodies are otherwise ordinary; responses and survival are not.",
        "",
        "## By drugs given",
        "",
        *table(("drugs", *STANDINGS), _drugs(board)),
        "",
        "## What was missed",
        "",
        *table(("trial", "arm", "", "reported", "forecast", "95 % of such trials", "n", "patients"), _missed(board)),
        "",
        "## What could not be scored",
        "",
        *table(("observations", "reason"), [(row["observations"], row["reason"]) for row in board.stops()[:STOPS]]),
        "",
        f"And {max(0, len(board.stops()) - STOPS)} rarer reasons, in the scoreboard.json that `kinecast validate` writes.",
    ]
    return "\n".join(lines) + "\n"


def _classes(board: Scoreboard) -> list[tuple[object, ...]]:
    return [
        (row["kind"], RULES[row["kind"]], *(share_in_words(*row[standing]) for standing in STANDINGS), row["observations"])
        for row in board.tally()
    ]


def _drugs(board: Scoreboard) -> list[tuple[object, ...]]:
    rows = board.tally(by="agents")
    return [(row["agents"] or "none", *(share_in_words(*row[standing]) for standing in STANDINGS)) for row in rows]


def _missed(board: Scoreboard) -> list[tuple[object, ...]]:
    missed = [score for score in board.scored if not score.met]
    return [
        (
            score.trial,
            score.arm,
            ", ".join(part for part in (score.quantity, score.time, score.among) if part),
            bound_sign(score.bound) + _number(score.reported, score.reported_low, score.reported_high, score.unit),
            _number(score.forecast, None, None, score.unit) if score.forecast is not None else "not reached",
            _number(None, score.low, score.high, ""),
            score.n or "",
            score.standing,
        )
        for score in sorted(missed, key=lambda score: (score.kind, score.trial))
    ]


def _number(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    limits = " to ".join(f"{limit:.3g}" for limit in (low, high) if limit is not None)
    shown = "" if value is None else f"{value:.3g}"
    shown += f" ({limits})" if value is not None and limits else limits
    return f"{shown} {unit}".strip()


if __name__ == "__main__":
    main()
