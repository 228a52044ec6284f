"""Run as a process of its own: reads pictures as Vega-Lite, one a line, and answers with one JSON list of SVG texts."""

from __future__ import annotations

import json
import sys

import vl_convert

SMALLEST = '{"data":{"values":[{"x":0}]},"mark":"point","encoding":{"x":{"field":"x","type":"quantitative"}}}'


def main() -> None:
    """Load the drawing engine, then draw what arrives until the input ends."""
    vl_convert.vegalite_to_svg(SMALLEST)  # loads the engine while the pictures are still being made
    json.dump([vl_convert.vegalite_to_svg(line) for line in sys.stdin], sys.stdout)


if __name__ == "__main__":
    main()
