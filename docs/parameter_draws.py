"""Write the package's draws of the numbers that data leave open: `python docs/parameter_draws.py [DRAWS]` (about ten minutes).

Run it again whenever the numbers of immunity, brakes, tumours or checkpoint antibodies have changed.
"""

from __future__ import annotations

import json
import sys

from kinecast.inference.open_numbers import FILE, Draws
from kinecast.inference.parameter_draws import parameter_draws


def main(draws: int) -> None:
    """Draw, and write catalog/data/parameter_draws.json."""
    FILE.write_text(written(parameter_draws(draws)), encoding="utf-8")


def written(draws: Draws) -> str:
    """Return the file: settings, names, and one line a draw."""
    rows = ",\n  ".join(json.dumps(row) for row in draws.scores.tolist())
    names, made = json.dumps(draws.names), json.dumps(draws.made, indent=1, ensure_ascii=False)
    return f'{{\n"made": {made},\n"names": {names},\n"scores": [\n  {rows}\n]\n}}\n'


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
