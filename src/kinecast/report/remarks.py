"""What a forecast is of: its title with what was changed, and what of the trial was not simulated, in sentences."""

from __future__ import annotations

from typing import Any


def titled(summary: dict[str, Any]) -> str:
    """Return the title of a forecast, with what was changed in every patient."""
    return ", ".join([summary["title"], *summary.get("changed", ())])


def remarks(summary: dict[str, Any]) -> list[str]:
    """Return what a forecast leaves out of its trial: the tumour, drugs, and arms, each with the reason."""
    said = []
    if summary.get("tumour_lacking"):
        ill = summary["tumour_lacking"]
        said.append(f"The model has no tumour of {ill}: people without one were treated; response and survival are not forecast")
    said += [f"{agent} is as if not given: {reason}" for agent, reason in summary.get("without_effect", {}).items()]
    return said + [f"Not run: {arm}, because {reason}" for arm, reason in summary.get("left_out", {}).items()]
