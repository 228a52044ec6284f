"""What a search for molecules costs: `python benchmarks/design_search.py [--disease colorectal] [--threads 2]`.

The default space of a disease is searched in a process of its own with an empty cache, so that every set of equations is compiled
here, then again with the cache of the first time. Prints wall seconds until the last evaluation, those of the bands of the front,
the points of the front, candidates that could not be simulated, and peak memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

AIM = 180.0
"""Wall seconds for 200 evaluations of 100 patients on two cores."""


def main(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as cache:
        for label in ("nothing compiled before", "compiled before"):
            command = [sys.executable, __file__, *sys.argv[1:], "--inside"]
            done = subprocess.run(
                command, env={**os.environ, "KINECAST_CACHE": cache}, capture_output=True, text=True, check=True
            )
            found = json.loads(done.stdout.splitlines()[-1])
            each = found["search"] / arguments.evaluations
            print(
                f"{arguments.disease}, {arguments.evaluations} evaluations of {arguments.patients} patients, "
                f"{arguments.threads} threads, {label}: search {found['search']:.0f} s ({each:.2f} s each), bands "
                f"{found['bands']:.0f} s of {found['points']} points, {found['refused']} refused, {found['megabytes']:.0f} MB"
            )
    if (arguments.evaluations, arguments.patients) == (200, 100):
        print(f"aim: {AIM:.0f} s")


def measure(arguments: argparse.Namespace) -> None:
    begun = time.monotonic()
    import kinecast

    marks: dict[str, float] = {}

    def progress(done: int, _: int) -> None:
        marks["searched"] = time.monotonic()

    settings = {"patients": arguments.patients, "seed": arguments.seed, "threads": arguments.threads, "draws": arguments.draws}
    found = kinecast.design(arguments.disease, arguments.evaluations, progress=progress, **settings)
    ended = time.monotonic()
    told = {
        "search": marks["searched"] - begun,
        "bands": ended - marks["searched"],
        "points": len(found.points),
        "refused": sum(found.refused.values()),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--disease", default="colorectal")
    for name, default in (("evaluations", 200), ("patients", 100), ("seed", 1), ("threads", 2), ("draws", 10)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    measure(chosen) if chosen.inside else main(chosen)
