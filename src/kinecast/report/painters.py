"""Draws pictures as SVG in processes of their own, because the drawing engine takes long to start and draws one at a time."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from kinecast.plots.grammar import Spec

_waiting: list[subprocess.Popen[str]] = []


def start() -> None:
    """Start painters that wait for pictures; does nothing when they are waiting already."""
    if _waiting or not sys.executable:
        return
    for _ in range(min(2, os.cpu_count() or 1)):
        command = [sys.executable, "-P", "-m", "kinecast.report.painter"]  # -P: a file lying here is no module
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        try:
            painter = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env=environment,
            )
        except OSError:
            return
        _waiting.append(painter)


def draw(specs: list[Spec]) -> list[str]:
    """Return the pictures as SVG texts, in order: drawn by painters, or here where processes cannot be started."""
    start()
    painters, texts = _waiting[:], [json.dumps(spec) for spec in specs]
    _waiting.clear()
    if not painters:
        return _draw_here(texts)
    shares = [texts[first :: len(painters)] for first in range(len(painters))]
    with ThreadPoolExecutor(len(painters)) as pool:
        drawn = list(pool.map(_ask, painters, shares))
    pictures = [""] * len(texts)
    for first, share in enumerate(drawn):
        pictures[first :: len(painters)] = share
    return pictures


def _ask(painter: subprocess.Popen[str], texts: list[str]) -> list[str]:
    try:
        answer, _ = painter.communicate("\n".join(texts))
        return json.loads(answer)
    except (OSError, ValueError):  # the process died, or did not answer in full
        return _draw_here(texts)


def _draw_here(texts: list[str]) -> list[str]:
    import vl_convert

    return [vl_convert.vegalite_to_svg(text) for text in texts]


@atexit.register
def _dismiss() -> None:
    for painter in _waiting:
        painter.kill()
        painter.communicate()
