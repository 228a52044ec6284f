"""Simulated data sets against NONMEM's own output: `python verification/nmtests.py DIR`.

DIR is a checkout of https://github.com/mrgsolve/nmtests (Metrum Research Group, GPL-2), which holds data sets, control
streams and the tables that NONMEM 7.5.1 made of them. Nothing of it is kept here; only the numbers $THETA are read from its
control streams, and the models are written again below. A scenario passes when every record agrees to all digits that
NONMEM printed (five), or is nearer than 1e-6 of the scenario's peak.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinecast.exchange.nonmem import Compartment, EventTable, read_nonmem, simulate
from kinecast.network import Module, Network, assemble, exp, log

RTOL = 1e-8
NOT_COMPARED = {
    "archive/ipred/1002": "NONMEM drew random effects, which its table does not hold",
    "archive/model/1001": "the data set is not in the repository",
    "archive/model/1001-ode": "the data set is not in the repository",
    "archive/model/101": "the data set is not in the repository",
    "archive/model/104": "the data set is not in the repository, and NONMEM drew random effects",
    "archive/model/3001": "the data set is not in the repository",
    "archive/model/3002": "the data set is not in the repository",
    "claret/c002": "$PRED: a formula of TIME without differential equations",
    "claret/c004": "$PRED: a formula of TIME without differential equations",
}


@dataclass(frozen=True)
class Run:
    """A data set, the network that its control stream describes, and the column of NONMEM's table to compare."""

    name: str
    table: EventTable
    network: Network
    compartments: list[Compartment | str]
    printed: Path
    column: str
    output: str


def oral(thetas: list[float], *, weight: bool, per_litre: float) -> Network:
    """First-order absorption into one compartment (ADVAN2 TRANS2); with `weight`, clearance goes with (WT/70)^0.75."""
    module = Module("oral")
    depot, central = (module.state(name, "mg", scale=100.0, dosed=True) for name in ("depot", "central"))
    units = zip(("TVCL", "V", "KA"), thetas, ("L/h", "L", "1/h"), strict=True)
    clearance, volume, absorption = (module.parameter(*each) for each in units)
    for name, value, unit in (("LAGT", 0.0, "h"), ("BIOAV", 1.0, "1"), ("DUR2", 0.0, "h"), ("RAT2", 0.0, "mg/h")):
        module.parameter(name, value, unit)
    if weight:
        clearance = clearance * (module.parameter("WT", 70.0, "1") / 70.0) ** 0.75
    module.reaction("absorption", {depot: -1, central: 1}, absorption * depot)
    module.reaction("elimination", {central: -1}, clearance / volume * central)
    module.define("CP", central / volume * per_litre, "mg/L")
    return assemble([module])


def growing(growth: float, kill: float, fading: float, base: float) -> Network:
    """Tumour size that grows and is killed by a dose to which it becomes resistant; time is a state of its own."""
    module = Module("tumour")
    size = module.state("size", "1", initial=base, scale=base)
    clock = module.state("clock", "d", scale=1.0)
    rates = [module.parameter(name, value, "1/d") for name, value in (("KG", growth), ("KS0", kill), ("GAMMA", fading))]
    dose = module.parameter("DOSE", 10.0, "1")
    module.reaction("time", {clock: 1}, 1.0)
    module.reaction("growth", {size: 1}, rates[0] * size)
    module.reaction("kill", {size: -1}, rates[1] * exp(-rates[2] * clock) * log(dose) * size)
    return assemble([module])


def runs(folder: Path) -> list[Run]:
    """Everything that can be compared."""
    units = {"time_unit": "h", "amount_unit": "mg", "ignore": "C", "drop": ["C"]}
    dosed = Compartment("central", lag="LAGT", bioavailability="BIOAV", rate="RAT2", duration="DUR2")
    found = []
    for name, data, central, weight, per_litre, printed, column in (
        ("dosing/1001", "dosing/data/1001.csv", dosed, False, 1e3, "dosing/1001/TAB", "CP"),
        ("time-varying/2001", "time-varying/data/2001.csv", "central", True, 1e3, "time-varying/2001/TAB", "CP"),
        ("archive/ipred/1001", "archive/ipred/1001.csv", "central", False, 1.0, "archive/ipred/1001/TAB", "IPRED"),
    ):
        network = oral(thetas(folder / f"{name}.ctl"), weight=weight, per_litre=per_litre)
        table = read_nonmem(folder / data, **units)
        found.append(Run(name, table, network, ["depot", central], folder / printed, column, "CP"))
    for name, data in (("c001", "claret001.csv"), ("c003", "claret002.csv")):
        stream = folder / "claret" / name / name / "NM_run1" / "psn.mod"
        code = "\n".join(line for line in stream.read_text().splitlines() if not line.startswith(";"))
        values = [float(re.search(rf"{each} *= *([\d.]+)", code)[1]) for each in ("KG", "KS0", "GAMMA", "BASE")]
        table = read_nonmem(stream.parent / data, **(units | {"time_unit": "d", "drop": ["C", "MDV"]}))
        found.append(Run(f"claret/{name}", table, growing(*values), [], folder / "claret" / name / "TAB", "Y", "size"))
    return found


def thetas(stream: Path) -> list[float]:
    """Fixed values of $THETA in a control stream."""
    return [float(value) for value in re.findall(r"^\(([\d.]+) *, *FIX\)", stream.read_text(), flags=re.MULTILINE)]


def compare(run: Run) -> list[tuple[str, float, str]]:
    """For each patient of a run (each is a scenario): name, largest difference in NONMEM's last digits, and cause of failure."""
    lines = run.printed.read_text().splitlines()[1:]
    printed = np.array([line.split() for line in lines[1:]], float)[:, lines[0].split().index(run.column)]
    result = simulate(run.network, run.table, compartments=run.compartments, outputs=[run.output], rtol=RTOL)
    patients = run.table.column("patient")
    found = []
    for patient in run.table.patients:
        mine = patients == patient
        name = run.name if len(run.table.patients) == 1 else f"{run.name} ID {patient}"
        status = result["status"][mine].iloc[0]
        expected, got = printed[mine], result[run.output][mine].to_numpy()
        with np.errstate(divide="ignore"):
            digit = 10.0 ** (np.floor(np.log10(np.abs(expected))) - 4)
        off = np.abs(got - expected) / np.maximum(digit, 2e-6 * np.abs(expected).max())
        worst = float(np.max(off))
        # Half a digit is rounding.
        cause = "" if worst <= 0.501 else f"differs by {worst:.2g} of the last digit at record {int(np.argmax(off)) + 1}"
        found.append((name, worst, status if status != "ok" else cause))
    return found


def main(arguments: list[str]) -> int:
    """Print what passes, what fails and what cannot be compared; return 1 when something fails."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "dosing").is_dir():
        print("usage: python verification/nmtests.py DIR\nDIR: a checkout of https://github.com/mrgsolve/nmtests")
        return 2
    folder = Path(arguments[0])
    found = [each for run in runs(folder) for each in compare(run)]
    for name, worst, cause in found:
        print(f"{name:24} {worst:6.3f} of the last printed digit  {cause}".rstrip())
    failures = Counter(cause for _, _, cause in found if cause)
    missing = {name: cause for name, cause in NOT_COMPARED.items() if (folder / name).exists()}
    total = len(found) + len(missing)
    print(f"passed {len(found) - failures.total()} of {total}: {failures.total()} failed, {len(missing)} not comparable")
    for cause, count in (failures + Counter(missing.values())).most_common():
        print(f"  {count} {cause}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
