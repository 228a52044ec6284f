"""Start-up and memory of one simulator, measured in a process of its own: `python fresh_process.py NAME PATIENTS FOLDER`.

Prints one line of JSON: CPU seconds (those of compilers that it calls included) and wall seconds of import, of making the model
ready and of the first patient, then the peak memory after PATIENTS patients at rtol 1e-4.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

RTOL = 1e-4
LIBRARIES = {
    "engine": "kinecast.engine", "roadrunner": "roadrunner", "copasi": "COPASI", "lsoda": "scipy.integrate", "amici": "amici",
}  # fmt: skip

READERS = ("roadrunner", "copasi", "amici")
"""Those that are given SBML."""


def measure(name: str, patients: int, folder: Path, cache: Path) -> dict[str, float]:
    """Run a simulator in a new process; compiled code is looked for, and left, in `cache` and `folder`."""
    command = [sys.executable, __file__, name, str(patients), str(folder)]
    environment = {**os.environ, "KINECAST_CACHE": str(cache)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} in a process of its own: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def main(name: str, patients: int, folder: Path) -> None:
    marks = [_clock()]
    import_module(LIBRARIES[name])
    marks.append(_clock())
    import benchmark_problem
    from peers import build
    from peers.task import benchmark_task

    task = benchmark_task(folder)
    values = benchmark_problem.patients(patients)
    if name in READERS:
        # Written beforehand: it is no part of their start-up.
        assert task.sbml
    before = _clock()
    solver = build(name, task)
    marks.append(_clock())
    solver.solve(values[:1], RTOL)
    marks.append(_clock())
    solver.solve(values, RTOL)
    starts = [marks[0], before, marks[2]]
    found = {
        f"{stage}_{kind}": round(end[place] - start[place], 4)
        for stage, start, end in zip(("import", "ready", "first"), starts, marks[1:], strict=True)
        for place, kind in enumerate(("cpu", "wall"))
    }
    print(json.dumps({**found, "peak_mb": round(_peak() / 2**20, 1)}))


def _clock() -> tuple[float, float]:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system, time.perf_counter()


def _peak() -> float:
    """Bytes. Linux counts a parent's memory in `ru_maxrss`, hence its own record where there is one."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024.0 * next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
