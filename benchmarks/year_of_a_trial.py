"""A year of a trial from the command line, drug by drug: `python benchmarks/year_of_a_trial.py [--patients 1000] [--only WORD]`.

Each is `kinecast run FILE --quiet` as a process of its own, files and report included, with the network compiled before. Printed
are seconds on the wall and of CPU, the size of the problem and of what is written. The aim, 6 s for 1,000 patients on two cores,
holds for a machine with nothing else to do: the load beside each line says whether it had.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from kinecast.biology import assemble
from kinecast.trial import Protocol
from kinecast.trial.grid import output_times
from kinecast.trial.schedule import schedule

AIM, BUSY = 6.0, 1.5


def treatment(agent: str, dose: str, route: str = "sc", **more: Any) -> dict[str, Any]:
    """One drug of an arm."""
    return {"agent": agent, "dose": dose, "route": route, **more}


def again(days: int, most: int) -> dict[str, Any]:
    """Courses every so many days."""
    return {"courses": {"every": f"{days} days", "most": most}}


RENAL, MELANOMA = "renal-cell-metastatic", "melanoma-metastatic"
HIGH = {"duration": "15 min", "every": "8 h", "doses": 14, "start": ["day 1", "day 15"], "hold": "proleukin-label"}
YEARS = {
    "IL-2, high dose": (MELANOMA, [treatment("aldesleukin", "600000 IU/kg", "iv", **HIGH, **again(84, 4))]),
    "IL-2, low dose daily": (RENAL, [treatment("aldesleukin", "1 MIU/m2", **again(1, 364))]),
    "IL-15, 10 doses a month": (RENAL, [treatment("rhil-15", "2 ug/kg", days="1-5,8-12", **again(28, 13))]),
    "IL-15, infusion": (RENAL, [treatment("rhil-15", "2 ug/kg/d", "iv", duration="24 h", days="1-10", **again(42, 8))]),
    "N-803, weekly": (RENAL, [treatment("n-803", "15 ug/kg", **again(7, 52))]),
    "IL-7, weekly": (RENAL, [treatment("cyt107", "20 ug/kg", days="1,8,15", **again(84, 4))]),
    "IL-21, five days twice in six weeks": (MELANOMA, [treatment("rhil-21", "30 ug/kg", "iv", days="1-5,15-19", **again(42, 8))]),
    "IL-12, twice weekly": (RENAL, [treatment("rhil-12", "500 ng/kg", "iv", days="1,4", **again(7, 52))]),
    "interferon alfa-2a, three times weekly": (RENAL, [treatment("interferon-alfa-2a", "9 MIU", days="1,3,5", **again(7, 52))]),
    "interferon alfa-2b, daily": (RENAL, [treatment("interferon-alfa-2b", "5 MIU/m2", **again(1, 364))]),
    "interferon alfa-2b, high dose": (
        MELANOMA,
        [
            treatment("interferon-alfa-2b", "20 MIU/m2", "iv", days="1-5", **again(7, 4)),
            treatment("interferon-alfa-2b", "10 MIU/m2", start="day 29", days="1,3,5", **again(7, 47)),
        ],
    ),
    "peginterferon alfa-2b, weekly": (RENAL, [treatment("peginterferon-alfa-2b", "6 ug/kg", **again(7, 52))]),
    "interferon gamma, three times weekly": (RENAL, [treatment("interferon-gamma-1b", "50 ug/m2", days="1,3,5", **again(7, 52))]),
    "GM-CSF, two weeks of four": (MELANOMA, [treatment("sargramostim", "125 ug/m2", days="1-14", **again(28, 13))]),
}


def protocol(disease: str, arm: list[dict[str, Any]]) -> dict[str, Any]:
    """A year of one arm with scans."""
    return {
        "title": "a year", "disease": disease, "patients": 1000, "follow_up": "365 days", "scans": "every 8 weeks",
        "arms": {"treated": arm},
    }  # fmt: skip


def seconds(command: list[str]) -> tuple[float, float]:
    """Seconds on the wall and of CPU of a process; raises when it fails."""
    wall, before = time.perf_counter(), os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - wall, os.times()
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def main() -> int:
    """Print a line a trial; exit code 1 when one cannot be done within the aim, on the wall or, on a busy machine, by its CPU."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--only", default="", help="part of a name")
    parser.add_argument("--profile", action="store_true", help="print where one thread spends its time, instead of the times")
    options = parser.parse_args()
    slow = []
    print(f"{'':40s} wall s  CPU s  load  states  doses  times   MB")
    for name, (disease, arm) in YEARS.items():
        if options.only not in name:
            continue
        content = protocol(disease, arm)
        with tempfile.TemporaryDirectory() as folder:
            file, out = Path(folder) / "year.yaml", Path(folder) / "out"
            file.write_text(yaml.safe_dump(content), encoding="utf-8")
            command = ["run", str(file), "--seed", "1", "--threads", "2", "--quiet", "--out", str(out), "--patients"]
            seconds([sys.executable, "-m", "kinecast", *command, "10"])  # compiles
            if options.profile:
                profile(command, options.patients)
                continue
            load = os.getloadavg()[0]
            wall, cpu = seconds([sys.executable, "-m", "kinecast", *command, str(options.patients)])
            written = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6
        read = Protocol.read(content)
        model = assemble(read.agents, disease)
        doses, times = len(schedule(read.arms["treated"])), len(output_times(read))
        print(
            f"{name:40s} {wall:6.1f} {cpu:6.1f} {load:5.1f} {len(model.network.states):7d} {doses:6d} {times:6d} {written:4.0f}"
        )
        if min(wall, wall if load < BUSY else cpu / 2) > AIM:
            slow.append(name)
    if slow:
        print(f"\nlonger than {AIM:g} s: {'; '.join(slow)}")
    return 1 if slow else 0


def profile(command: list[str], patients: int) -> None:
    """Print the functions in which one thread spends most of its time."""
    from kinecast.cli import main as run

    one = ["1" if before == "--threads" else word for before, word in zip(["", *command], command, strict=False)]
    watched = cProfile.Profile()
    watched.runcall(run, [*one, str(patients)])
    pstats.Stats(watched).sort_stats("tottime").print_stats(18)


if __name__ == "__main__":
    raise SystemExit(main())
