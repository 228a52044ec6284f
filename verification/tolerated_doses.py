"""Tolerated doses against the reports: `python verification/tolerated_doses.py [--patients 300] [--only il15] [--page]`.

Every escalation of the catalogue that can be run is run level by level on the same virtual patients. Printed are the share with
dose-limiting toxicity at each level, the highest level that is tolerated (share below one third there and at every level below),
the reported one, and what a 3+3 trial of the same patients would declare. Exit code 1 when one lies more than one level off.
`--page` writes docs/cytokines/tolerated-doses.md and docs/images/tolerated-doses.svg.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from escalations import Escalation

from kinecast import catalog
from kinecast.errors import KinecastError
from kinecast.runs import run
from kinecast.trial.chance import resampler
from kinecast.trial.escalation import NONE, declared, highest_tolerated

TRIALS = 2000
"""3+3 trials drawn from the virtual patients."""

ESCALATIONS = (
    Escalation("IL-15 iv bolus, daily x 12", "conlon2015_il15bolus", also=("0.1 ug/kg",)),
    Escalation("IL-15 sc, 10 doses in 12 days", "miller2018_il15sc", also=("4.5 ug/kg", "6 ug/kg")),
    Escalation("IL-15 infusion, 10 days", "conlon2019_il15civ", also=("6 ug/kg/d",)),
    Escalation("IL-15 infusion, 5 days", "dubois2021_il15civ5"),
    Escalation("N-803 sc, weekly x 3", "miller2022_n803_hiv", highest=True),
    Escalation("N-803 weekly x 4", "romee2018_alt803"),
    Escalation("IL-7 sc, weekly x 3", "levy2012_il7_hiv", also=("45 ug/kg",)),
    Escalation("IL-7 sc, once", "sereti2009_il7_hiv", also=("3 ug/kg", "10 ug/kg", "60 ug/kg", "90 ug/kg")),
    Escalation("IL-21 iv, days 1-5", "davis2007_il21", "5p9_"),
    Escalation("IL-21 iv, three times weekly", "davis2007_il21", "3wk_"),
    Escalation("IL-21 iv, days 1-5 and 15-19", "thompson2008_il21"),
    Escalation("IL-12 iv, test dose, then daily x 5", "atkins1997_il12iv",
               also=("10 ng/kg", "30 ng/kg", "100 ng/kg", "250 ng/kg", "1500 ng/kg")),
    Escalation("IL-12 iv, daily x 5 without test dose", "giaids1995_il12_phase2", too_much="phase2_no_test",
               also=("3 ng/kg", "10 ng/kg", "30 ng/kg", "100 ng/kg", "250 ng/kg", "1000 ng/kg")),
    Escalation("IL-12 iv, twice weekly", "gollob2000_il12iv", also=("30 ng/kg", "100 ng/kg", "300 ng/kg", "1000 ng/kg")),
    Escalation("IL-12 sc, weekly, fixed", "motzer1998_il12sc", "fixed_", also=("1.25 ug/kg", "1.5 ug/kg")),
    Escalation("IL-12 sc, weekly, titrated", "motzer1998_il12sc", "titrate_", also=("2 ug/kg", "2.5 ug/kg")),
    Escalation("IL-12 sc, first injection and after", "portielje1999_il12sc", "first_", also=("1.5 ug/kg",)),
    Escalation("IL-12 sc, repeated after 0.5 ug/kg", "portielje1999_il12sc", "repeat_", also=("0.75 ug/kg", "1.5 ug/kg")),
    Escalation("IL-12 sc, twice weekly", "little2006_il12_ks", also=("1000 ng/kg",)),
    Escalation("GM-CSF sc, daily x 10", "lieschke1989_gmcsf_sc", also=("1 ug/kg", "3 ug/kg", "10 ug/kg", "20 ug/kg")),
    Escalation("interferon gamma iv, 2 h", "ernstoff1987_ifng"),
    Escalation("interferon gamma im, daily", "kurzrock1986_ifng_im",
               also=("0.05 mg/m2", "0.1 mg/m2", "0.25 mg/m2", "1 mg/m2", "2 mg/m2")),
    Escalation("interferon gamma sc, daily x 14", "schiller1993_ifng", also=("0.5 mg/m2", "1 mg/m2")),
    Escalation("interferon gamma sc, daily x 28", "thompson1987_ifng_sc", too_much="8MU_m2"),
    Escalation("peginterferon alfa-2b sc, weekly", "bukowski2002_pegifn2b",
               also=("0.75 ug/kg", "1.5 ug/kg", "3 ug/kg", "4.5 ug/kg", "7.5 ug/kg", "9 ug/kg")),
    Escalation("peginterferon alfa-2a sc, weekly", "motzer2001_pegasys", also=("270 ug", "360 ug", "450 ug", "630 ug", "720 ug")),
    Escalation("IL-2 sc, daily x 5", "davey1997_sc", also=("3 MIU", "6 MIU", "9 MIU", "12 MIU", "18 MIU", "24 MIU")),
    Escalation("IL-2 sc, daily x 56", "koreth2011_cgvhd", also=("0.3 MIU/m2", "3 MIU/m2", "6 MIU/m2")),
    Escalation("IL-2 sc, daily x 90", "meropol1996", also=("0.8 MIU/m2", "2.5 MIU/m2")),
    Escalation("IL-2 infusion, 4 days", "repetitive4d_civ_phase1", "civ_4d_single",
               also=("160 ug/m2/d", "430 ug/m2/d", "2600 ug/m2/d", "3900 ug/m2/d")),
    Escalation("IL-2 infusion, 4 days a week", "repetitive4d_civ_phase1", "civ_4d_weekly_x4",
               also=("160 ug/m2/d", "800 ug/m2/d", "1300 ug/m2/d")),
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What became of one escalation.

    Attributes:
        patients: at each level. rates: of dose-limiting toxicity, by level.
        shares: of 3+3 trials that declare no level, and each level.
        limits: by level, toxicity → share of patients in whom it reached the grade that limits the dose.
    """

    escalation: Escalation
    patients: int
    rates: tuple[float, ...]
    shares: tuple[float, ...]
    limits: tuple[dict[str, float], ...]

    @property
    def found(self) -> int:
        """Index of the highest tolerated level."""
        return highest_tolerated(self.rates)

    @property
    def met(self) -> bool:
        """Whether the forecast lies within one level of the report; below what was too much, where only that is reported."""
        reported = self.escalation.reported
        return self.found <= reported if self.escalation.too_much else abs(self.found - reported) <= 1

    @property
    def told(self) -> str:
        """The reported level in words."""
        name = self.level(self.escalation.reported)
        if self.escalation.too_much:
            return f"below {self.level(self.escalation.reported + 1)}"
        return name if self.escalation.reached else f"at least {name}"

    def level(self, index: int) -> str:
        """Name of a level."""
        return "none" if index == NONE else self.escalation.levels[index].name

    @property
    def limited_by(self) -> str:
        """What limits the dose at the lowest level that is not tolerated, or at the highest level, the most frequent first."""
        index = min(self.found + 1, len(self.rates) - 1)
        order = sorted(self.limits[index].items(), key=lambda item: -item[1])
        said = ", ".join(f"{name.replace('_', ' ')} {share:.0%}" for name, share in order[:3] if share >= 0.02)
        return f"{said} at {self.level(index)}" if said else ""

    @property
    def declared(self) -> str:
        """The levels that 3+3 trials declare, the most frequent first."""
        order = sorted(range(len(self.shares)), key=lambda index: -self.shares[index])
        return ", ".join(f"{self.level(index - 1)} {self.shares[index]:.0%}" for index in order if self.shares[index] >= 0.1)


def results(patients: int, seed: int, only: str = "") -> Iterator[Result | tuple[Escalation, str]]:
    """Yield each escalation's result, or why it cannot be run."""
    for escalation in ESCALATIONS:
        if only not in f"{escalation.title} {escalation.trial}":
            continue
        try:
            table = run(escalation.protocol(), patients=patients, seed=seed).columns["patients"]
        except KinecastError as error:
            yield escalation, error.message
            continue
        arms = np.asarray(table["arm"].codes)
        had = [np.asarray(table["dose_limiting_toxicity"])[arms == index] for index in range(len(escalation.levels))]
        shares = declared(had, TRIALS, resampler(seed, f"3+3 {escalation.title}"))
        graded = catalog.grading("ctcae").toxicities
        limits = tuple(
            {
                name: float((np.asarray(table[f"worst_{name}"])[arms == index] >= toxicity.dose_limiting).mean())
                for name, toxicity in graded.items()
                if toxicity.dose_limiting and f"worst_{name}" in table
            }
            for index in range(len(had))
        )
        yield Result(escalation, patients, tuple(float(one.mean()) for one in had), tuple(map(float, shares)), limits)


def main() -> int:
    """Print every escalation; exit code 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="words of a title, or a trial")
    parser.add_argument("--page", action="store_true", help="write the page and its picture")
    options = parser.parse_args()
    made: list[Result] = []
    stopped: list[tuple[Escalation, str]] = []
    for one in results(options.patients, options.seed, options.only):
        if isinstance(one, Result):
            made.append(one)
            levels = "  ".join(f"{level.name}: {rate:.0%}" for level, rate in zip(one.escalation.levels, one.rates, strict=True))
            print(f"{'met ' if one.met else 'MISS'}  {one.escalation.title}: {one.level(one.found)}, reported {one.told}")
            print(f"      {levels}\n      3+3: {one.declared}" + (f"\n      {one.limited_by}" if one.limited_by else ""))
        else:
            stopped.append(one)
            print(f"  --  {one[0].title}: {one[1]}")
    print(f"\npassed {sum(one.met for one in made)} of {len(made)}, {len(stopped)} cannot be run")
    if options.page:
        from tolerated_doses_page import write

        write(made, stopped, options.seed)
    return 0 if all(one.met for one in made) else 1


if __name__ == "__main__":
    raise SystemExit(main())
