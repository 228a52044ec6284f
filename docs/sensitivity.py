"""Write the page of sensitivities: `python docs/sensitivity.py [AGENT ...]` (all agents: a few minutes)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kinecast import catalog
from kinecast.cli.sensing import in_words
from kinecast.inference.sensitivity import BODY, Effect, Output, Sensitivity, sensitivity
from kinecast.trial.shortened import shortened
from kinecast.trial.simulable import simulable

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from rendering.markdown import table  # noqa: E402

PATIENTS, RESPONSES, SEED = 30, 100, 1
"""Virtual patients: of levels and toxicity, and of responses, which few have."""

SHOWN = 15
STRONG = {True: 0.1, False: 0.22}
"""From here on an effect counts as strong: a tenth of the patients for a share, a quarter (|log ratio|) for other numbers."""


class Headline(NamedTuple):
    """Forecasts of one arm by which a drug is judged, how many days of follow-up they need, and how many patients."""

    agent: str
    trial: str
    arm: str
    outputs: tuple[Output, ...]
    days: int
    patients: int = PATIENTS


NK, DLT, RESPONSE = Output("fold_nk_blood", "peak"), Output("dlt_rate"), Output("orr")

HEADLINES = (
    Headline("aldesleukin", "atkins1999", "HD IL-2", (RESPONSE, DLT), 365, RESPONSES),
    Headline("aldesleukin", "caligiuri1993", "10 ug/m2/day", (NK,), 95),
    Headline("rhil-15", "conlon2019_il15civ", "2ug_kg_d", (NK,), 60),
    Headline("rhil-15", "conlon2019_il15civ", "4ug_kg_d", (DLT,), 60),
    Headline("n-803", "margolin2018_alt803", "sc_20", (NK,), 60),
    Headline("cyt107", "sportes2010_il7", "30ug_kg", (Output("fold_cd4_blood", "peak"),), 60),
    Headline("efineptakin-alfa", "lee2020_hyfc_hv", "60im", (Output("fold_lymphocytes_blood", "day 21"),), 60),
    Headline("rhil-21", "davis2009_il21", "30ug_kg", (RESPONSE, Output("scd25_peak")), 365, RESPONSES),
    Headline("rhil-21", "davis2007_il21", "5p9_50", (DLT,), 60),
    Headline("rhil-12", "atkins1997_il12iv", "500ng_kg_mtd", (Output("ifn_gamma_peak"), DLT), 60),
    Headline("rhil-12", "motzer2001_il12sc", "1.25ug_kg", (RESPONSE,), 365, RESPONSES),
    Headline("interferon-alfa-2a", "mrc1999_re01", "ifn_10MU_tiw", (RESPONSE,), 365, RESPONSES),
    Headline("interferon-alfa-2b", "moschos2006_neoadj", "hdi_4wk_iv", (Output("neutrophils_nadir"), DLT), 60),
    Headline("peginterferon-alfa-2a", "motzer2001_pegasys", "540ug_wk", (DLT,), 60),
    Headline("interferon-gamma", "kurzrock1986_ifng_im", "0.5mg_m2_d", (Output("neopterin_peak"), DLT), 60),
    Headline("molgramostim", "lieschke1990_gmcsf_iv", "iv_2h_10-20", (Output("fold_neutrophils_blood", "day 10"),), 60),
    Headline("molgramostim", "lieschke1989_gmcsf_sc", "0.3-30ug_kg_d_hi", (DLT,), 60),
)


def main(agents: Sequence[str]) -> None:
    """Write docs/cytokines/sensitivity.md; with agents named, print their tables instead."""
    made: list[tuple[Headline, Sensitivity]] = []
    for one in HEADLINES:
        if (not agents or one.agent in agents) and catalog.agent(one.agent).simulated:
            protocol = simulable(catalog.trial(one.trial)).protocol
            if protocol is not None and one.arm in protocol.arms:
                short = shortened(protocol, one.arm, one.days)
                found = sensitivity(short, one.arm, one.outputs, patients=one.patients, seed=SEED)
                made += [(one, each) for each in found]
    if agents:
        print("\n".join(line for one, found in made for line in section(one, found)))
        return
    (HERE / "cytokines").mkdir(exist_ok=True)
    (HERE / "cytokines" / "sensitivity.md").write_text(page(made), encoding="utf-8")


def page(made: Sequence[tuple[Headline, Sensitivity]]) -> str:
    """The page: how to read it, which numbers matter most, and a table a forecast."""
    strong = Counter(effect.parameter for _, found in made for effect in _strong(found))
    held = Counter(effect.parameter for _, found in made for effect in found.effects)
    values = {effect.parameter: _value(effect) for _, found in made for effect in found.effects}
    lines = [
        "# What the assumed numbers do",
        "",
        f"Every number of status *assumed* in {len(made)} forecasts, doubled and halved, one at a time, on the same virtual",
        f"patients (seed {SEED}, {PATIENTS} of them, {RESPONSES} for responses). Numbers between 0 and 1 are changed in their",
        f"odds. Left out are sizes and pressures of the body ({', '.join(BODY)}). Written by `python docs/sensitivity.py`;",
        "`kinecast sensitivity` does the same for any trial.",
        "",
        "Twofold is a yardstick, not what is known of a number. A share moves in steps of one patient, so one or two steps are",
        "noise of the cohort. Interactions are not seen: the numbers move alone.",
        "",
        "## The numbers that matter most",
        "",
        "In how many of these forecasts a number has a strong effect: a quarter on a level or a count, a tenth of the patients",
        "on a share.",
        "",
        *table(
            ("assumed number", "value", "forecasts"),
            [(f"`{name}`", values[name], f"{count} of {held[name]}") for name, count in _most(strong)],
        ),
    ]
    agent = ""
    for one, found in made:
        if one.agent != agent:
            agent = one.agent
            lines += [f"## {agent}", ""]
        lines += section(one, found)
    return "\n".join(lines).rstrip() + "\n"


def section(one: Headline, found: Sensitivity) -> list[str]:
    """One forecast: its strongest numbers, and how many others do less and nothing."""
    said = ", ".join(part for part in (found.output.quantity, found.output.time) if part)
    moving = [effect for effect in found.effects if found.strength(effect) > 0]
    unit = "" if found.share else f" {found.unit}"
    rest = f"{max(0, len(moving) - SHOWN)} others do less, {len(found.effects) - len(moving)} nothing."
    return [
        f"### {said} of {one.arm}, {one.trial}: {in_words(found.forecast)}{unit}",
        "",
        *table(
            ("assumed number", "value", "doubled", "halved"),
            [
                (f"`{effect.parameter}`", _value(effect), _moved(found, effect.doubled), _moved(found, effect.halved))
                for effect in moving[:SHOWN]
            ],
        ),
        rest,
        "",
    ]


def _moved(found: Sensitivity, value: float | None) -> str:
    """The forecast with a number changed, and by what factor, or what difference of a share, it has moved."""
    base = found.forecast
    if value is None or base is None or float("inf") in (value, base):
        return in_words(value)
    if found.share:
        return f"{value:.2f} ({value - base:+.2f})" if value != base else f"{value:.2f}"
    return f"{value:.3g} (x {value / base:.2f})" if base else f"{value:.3g}"


def _value(effect: Effect) -> str:
    return f"{effect.value:.4g}{'' if effect.unit == '1' else f' {effect.unit}'}"


def _strong(found: Sensitivity) -> list[Effect]:
    return [effect for effect in found.effects if found.strength(effect) >= STRONG[found.share] * (1 - 1e-9)]


def _most(strong: Counter[str]) -> list[tuple[str, int]]:
    return sorted(((name, count) for name, count in strong.items() if count > 1), key=lambda item: (-item[1], item[0]))[:25]


if __name__ == "__main__":
    main(sys.argv[1:])
