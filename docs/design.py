"""Write the space, the figures and the picture of docs/design.md: `python docs/design.py` (some minutes)."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

import kinecast
from kinecast.inference.design import Designs
from kinecast.plots.drawn import as_svg
from kinecast.plots.pareto import pareto_picture

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from rendering.markdown import table  # noqa: E402

DISEASE, CONSTRAINTS = "melanoma-metastatic", ["grade3 <= 0.3"]
SHOWN = 12
"""Rows of the front."""


def main() -> None:
    """Search, and put the space, the figures and the picture into the page."""
    began = time.monotonic()
    found = kinecast.design(DISEASE, constraints=CONSTRAINTS)
    print(f"{DISEASE}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    page = HERE / "design.md"
    text = page.read_text("utf-8")
    for mark, content in (("space", f"```yaml\n{found.space.as_yaml()}```"), ("figures", _figures(found))):
        place = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)", re.DOTALL)
        text = place.sub(lambda at, content=content: f"{at[1]}{content}\n{at[2]}", text)
    page.write_text(text, encoding="utf-8")
    (HERE / "images" / "design.svg").write_text(as_svg(pareto_picture(found.as_dict())), encoding="utf-8")


def _figures(found: Designs) -> str:
    content = found.as_dict()
    counts = content["counts"]
    beside = ", ".join(
        f"{name} {100 * one['response']:.0f} % (again {100 * one['other_patients']:.0f} %)"
        for name, one in content["references"].items()
    )
    said = (
        f"`kinecast design {DISEASE} --constraint '{CONSTRAINTS[0]}'`: {counts['evaluations']} candidates, "
        f"{content['patients']} virtual patients, seed {content['seed']}; {counts['within_constraints']} keep the constraint, "
        f"{counts['refused']} could not be simulated. For comparison respond: {beside}."
    )
    left_out = "; ".join(f"{name}: {reason}" for name, reason in content["left_out"].items()) or "none"
    named = [_named(content, name, number) for name, number in content["starting"].items()]
    front = [_point(point) for point in content["front"][:SHOWN]]
    more = len(content["front"]) - len(front)
    rest = f" ({more} more with fewer responses are not shown)" if more > 0 else ""
    return "\n".join(
        [
            said,
            "",
            f"Named molecules, before anything is searched (left out: {left_out}):",
            "",
            *table(["molecule", "given", "response %", "harm ≥ 3 %", "Treg:CD8", "days"], named),
            f"The front, best response first{rest}; bands of 95 % over patients and {content['draws']} draws of parameters:",
            "",
            *table(["molecule", "given", "response %", "again", "harm ≥ 3 %", "Treg:CD8", "days"], front),
        ]
    )


def _named(content: dict[str, Any], name: str, number: int) -> list[str]:
    one = content["evaluations"][number]
    candidate = one["candidate"]
    unit = content["space"]["dose"][0].split(" ", 1)[1]
    given = f"{candidate['dose']:g} {unit} {candidate['route']} every {candidate['every']} ×{candidate['doses']}"
    if "refused" in one:
        return [name, given, one["refused"], "", "", ""]
    scores = one["scores"]
    shares = [f"{100 * scores[key]:.0f}" for key in ("response", "grade3")]
    return [name, given, *shares, f"{scores['treg_cd8']:.2f}", f"{scores['visits']:.0f}"]


def _point(point: dict[str, Any]) -> list[str]:
    scores, partner = point["scores"], point["candidate"]["partner"]
    given = point["schedule"] + (f" + {partner}" if partner != "none" else "")
    again = scores["response"]["other_patients"]
    digits = {"response": (100, 0), "grade3": (100, 0), "treg_cd8": (1, 2)}
    shown = [_banded(scores[key], *how) for key, how in digits.items()]
    first = "" if again is None else f"{100 * again:.0f}"
    name = f"{point['name']}: " if point["name"] else ""
    return [name + point["molecule"], given, shown[0], first, *shown[1:], f"{scores['visits']['value']:.0f}"]


def _banded(one: dict[str, Any], factor: float, digits: int) -> str:
    low, high = one["both"] or one["patients"]
    return f"{factor * one['value']:.{digits}f} ({factor * low:.{digits}f} to {factor * high:.{digits}f})"


if __name__ == "__main__":
    main()
