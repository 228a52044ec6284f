"""A picture, specified in Vega-Lite, as SVG."""

from __future__ import annotations

import json
from typing import Any


def as_svg(picture: dict[str, Any]) -> str:
    """Return a picture as SVG."""
    import vl_convert

    return vl_convert.vegalite_to_svg(json.dumps(picture))
