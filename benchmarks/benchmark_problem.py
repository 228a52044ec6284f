"""The benchmark problem: two cytokine drugs, eight kinds of cells in blood and tumour, receptors, and a year of tumour growth.

63 states, 171 reactions, 145 parameters of which 20 vary between patients, 32 doses, 100 outputs in 365 days. It is a stand-in of
realistic size and stiffness (complexes turn over in minutes, tumours in months), not a model of any drug: its numbers are
round and its units arbitrary, with time in days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kinecast.engine import Bolus
from kinecast.network.expression import Expression, exp, expression, log, symbol

END = 365.0
OUTPUTS = np.concatenate([np.linspace(0.0, 30.0, 41)[1:], np.linspace(30.0, END, 61)[1:]])
OUTPUTS[:-1] += 0.013  # off the doses
DOSES = tuple(
    sorted(
        [Bolus(14.0 * course + dose / 3.0, "A_central", 34000.0) for course in range(2) for dose in range(14)]
        + [Bolus(42.0 + 21.0 * dose, "B_depot", 15000.0) for dose in range(4)],
        key=lambda dose: dose.time,
    )
)

# For each drug: loss from plasma, to and from the periphery, absorption, loss from the depot, to and from and lost in the tumour.
DRUGS = {"A": (40.0, 25.0, 15.0, 6.0, 2.0, 6.0, 12.0, 4.0), "B": (1.2, 1.5, 0.9, 0.35, 0.15, 0.3, 0.9, 0.15)}
TUMOUR_FRACTION = 0.2
# For each kind of cell: in blood, in tumour, death, traffic into the tumour, traffic out of it.
CELLS = {
    "cd8": (300.0, 120.0, 0.05, 0.05, 0.02),
    "cd4": (600.0, 150.0, 0.03, 0.02, 0.02),
    "treg": (50.0, 80.0, 0.06, 0.06, 0.01),
    "nk": (200.0, 20.0, 0.08, 0.01, 0.02),
    "eosinophil": (150.0, 10.0, 0.25, 0.01, 0.05),
    "naive": (250.0, 15.0, 0.01, 0.004, 0.02),
    "mdsc": (80.0, 150.0, 0.3, 0.2, 0.02),
    "dendritic": (20.0, 15.0, 0.3, 0.1, 0.05),
}
# For cells with receptors: sites a cell, affinities for A and for B, Hill exponent and half-effect, growth.
RECEPTORS = {
    "cd8": (1500.0, 900.0, 400.0, 1.3, 0.25, 0.45),
    "cd4": (2500.0, 800.0, 450.0, 1.2, 0.3, 0.25),
    "treg": (12000.0, 12.0, 5000.0, 1.0, 0.08, 0.5),
    "nk": (3000.0, 700.0, 300.0, 1.6, 0.25, 0.5),
    "eosinophil": (1800.0, 950.0, 600.0, 1.4, 0.35, 0.9),
}
RETURN = 0.15  # what leaves the tumour reaches the larger blood diluted
# Coefficients of variation of the parameters that vary between patients, log-normally.
VARIATION = {
    "A_loss": 0.3, "A_out": 0.3, "B_loss": 0.3, "B_absorption": 0.4, "internalisation_A": 0.3, "receptor_turnover": 0.3,
    "upregulation": 0.4, "on_A_treg": 0.4, "half_cd8": 0.4, "half_treg": 0.4, "growth_cd8": 0.35, "growth_treg": 0.35,
    "growth_nk": 0.35, "traffic_cd8": 0.5, "death_treg": 0.3, "half_tgf": 0.5, "on_pd1": 0.5, "tumour_growth": 0.4,
    "kill_cd8": 0.5, "kill_nk": 0.5,
}  # fmt: skip
# Typical size of each state, from a run of the typical patient.
SCALES = {
    "A": (3.2e4, 9.6e3, 1.0, 440.0), "B": (1.4e3, 1.9e3, 1.4e4, 67.0),
    "blood": (340.0, 3e3, 250.0, 450.0, 1e3, 250.0, 80.0, 20.0), "tumour": (300.0, 1.6e3, 710.0, 100.0, 130.0, 29.0, 250.0, 29.0),
    "cd8": (1.7, 0.89, 0.97, 0.76, 0.19), "cd4": (22.0, 4.5, 11.0, 6.6, 0.47), "treg": (10.0, 3.4, 1.3, 28.0, 14.0),
    "nk": (4.6, 1.6, 2.4, 0.5, 0.084), "eosinophil": (5.1, 1.1, 2.4, 0.38, 0.038),
}  # fmt: skip


@dataclass(frozen=True)
class State:
    """A state of the benchmark problem."""

    name: str
    initial: Expression
    scale: float
    dosed: bool
    unit: str = "nmol"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the benchmark problem."""

    name: str
    value: float
    unit: str = "1"


@dataclass(frozen=True)
class Reaction:
    """A reaction of the benchmark problem."""

    name: str
    changes: dict[str, Expression]
    rate: Expression


class Problem:
    """States, parameters, definitions and reactions, as the engine and `kinecast.exchange.sbml.write_sbml` read them.

    States are amounts, so that SBML has them as species changed by reactions, the form that simulators take best; other units
    are left out.
    """

    origins: Mapping[str, str] = {}

    def __init__(self) -> None:
        self.states: list[State] = []
        self.parameters: list[Parameter] = []
        self.definitions: dict[str, Expression] = {}
        self.reactions: list[Reaction] = []

    @property
    def units(self) -> dict[str, str]:
        return {each.name: each.unit for each in (*self.states, *self.parameters)} | dict.fromkeys(self.definitions, "1")

    def state(self, name: str, initial: float, scale: float) -> Expression:
        self.states.append(State(name, expression(initial), scale, name in ("A_central", "B_depot")))
        return symbol(name)

    def parameter(self, name: str, value: float) -> Expression:
        self.parameters.append(Parameter(name, value))
        return symbol(name)

    def define(self, name: str, value: Expression) -> Expression:
        self.definitions[name] = value
        return symbol(name)

    def react(self, rate: Expression, **changes: float) -> None:
        name = f"reaction_{len(self.reactions)}"
        self.reactions.append(Reaction(name, {state: expression(change) for state, change in changes.items()}, rate))


def network() -> Problem:
    """The problem, as a network for `kinecast.engine.compile_network`."""
    problem = Problem()
    drugs = _drugs(problem)
    blood = {name: problem.state(f"blood_{name}", CELLS[name][0], s) for name, s in zip(CELLS, SCALES["blood"], strict=True)}
    tumour = {name: problem.state(f"tumour_{name}", CELLS[name][1], s) for name, s in zip(CELLS, SCALES["tumour"], strict=True)}
    in_blood, in_tumour = _receptors(problem, drugs, blood, tumour)
    humoral = _humoral_states(problem)
    inhibition = _inhibition(problem, humoral)
    _cells(problem, blood, tumour, in_blood, in_tumour, humoral, inhibition)
    _cytokines(problem, blood, tumour, in_blood, in_tumour, humoral, inhibition)
    _tumour(problem, tumour, in_tumour, humoral, inhibition)
    _side_effects(problem, in_blood, humoral)
    return problem


def patients(n: int, seed: int = 1) -> np.ndarray:
    """Parameters of n patients, (n, 145)."""
    parameters = network().parameters
    names = [parameter.name for parameter in parameters]
    values = np.tile([parameter.value for parameter in parameters], (n, 1))
    random = np.random.default_rng(seed)
    for name, variation in VARIATION.items():
        values[:, names.index(name)] *= np.exp(random.normal(0.0, np.sqrt(np.log1p(variation**2)), n))
    return values


def _drugs(problem: Problem) -> dict[str, dict[str, Expression]]:
    places = ("central", "peripheral", "depot", "tumour")
    found = {}
    for drug in DRUGS:
        found[drug] = {place: problem.state(f"{drug}_{place}", 0.0, s) for place, s in zip(places, SCALES[drug], strict=True)}
    for drug, values in DRUGS.items():
        names = ("loss", "out", "back", "absorption", "depot_loss", "tumour_in", "tumour_out", "tumour_loss")
        k = {name: problem.parameter(f"{drug}_{name}", value) for name, value in zip(names, values, strict=True)}
        fraction = problem.parameter(f"{drug}_tumour_fraction", TUMOUR_FRACTION)
        central, peripheral, depot, inside = (found[drug][place] for place in places)
        problem.react(k["absorption"] * depot, **{f"{drug}_depot": -1, f"{drug}_central": 1})
        problem.react(k["depot_loss"] * depot, **{f"{drug}_depot": -1})
        problem.react(k["loss"] * central, **{f"{drug}_central": -1})
        problem.react(k["out"] * central, **{f"{drug}_central": -1, f"{drug}_peripheral": 1})
        problem.react(k["back"] * peripheral, **{f"{drug}_peripheral": -1, f"{drug}_central": 1})
        problem.react(k["tumour_in"] * fraction * central, **{f"{drug}_tumour": 1})
        problem.react(k["tumour_out"] * inside, **{f"{drug}_tumour": -1})
        problem.react(k["tumour_loss"] * inside, **{f"{drug}_tumour": -1})
    return found


def _receptors(problem: Problem, drugs: dict, blood: dict, tumour: dict) -> tuple[dict, dict]:
    """Free and bound receptors; returns the effect of binding on each kind of cell, in blood and in tumour."""
    inside_a = problem.parameter("internalisation_A", 70.0)
    inside_b = problem.parameter("internalisation_B", 30.0)
    turnover = problem.parameter("receptor_turnover", 12.0)
    upregulation = problem.parameter("upregulation", 3.0)
    few = problem.parameter("few", 1e-6)
    a, b, a_tumour = drugs["A"]["central"], drugs["B"]["central"], drugs["A"]["tumour"]
    in_blood, in_tumour = {}, {}
    for cell, (sites, kd_a, kd_b, exponent, half_effect, _) in RECEPTORS.items():
        amount = sites * 1.66e-6
        starts = (amount * CELLS[cell][0], 0.0, 0.0, amount * CELLS[cell][1], 0.0)
        kinds = ("free", "A", "B", "tumour_free", "tumour_A")
        free, with_a, with_b, free_t, with_a_t = (
            problem.state(f"{kind}_{cell}", start, scale) for kind, start, scale in zip(kinds, starts, SCALES[cell], strict=True)
        )
        per_cell = problem.parameter(f"receptors_{cell}", amount)
        on_a, off_a = problem.parameter(f"on_A_{cell}", 1.2), problem.parameter(f"off_A_{cell}", 1.2 * kd_a)
        on_b, off_b = problem.parameter(f"on_B_{cell}", 0.6), problem.parameter(f"off_B_{cell}", 0.6 * kd_b)
        hill, half = problem.parameter(f"hill_{cell}", exponent), problem.parameter(f"half_{cell}", half_effect)
        signals = {
            "blood": (with_a + with_b) / (per_cell * blood[cell] + few),
            "tumour": with_a_t / (per_cell * tumour[cell] + few),
        }
        effects = {}
        for place, signal in signals.items():
            power = problem.define(f"power_{place}_{cell}", (signal * signal + 1e-12) ** (0.5 * hill))
            effects[place] = problem.define(f"effect_{place}_{cell}", power / (half**hill + power))
        in_blood[cell], in_tumour[cell] = effects["blood"], effects["tumour"]

        problem.react(on_a * a * free, **{"A_central": -1, f"free_{cell}": -1, f"A_{cell}": 1})
        problem.react(off_a * with_a, **{"A_central": 1, f"free_{cell}": 1, f"A_{cell}": -1})
        problem.react(inside_a * with_a, **{f"A_{cell}": -1})
        problem.react(on_b * b * free, **{"B_central": -1, f"free_{cell}": -1, f"B_{cell}": 1})
        problem.react(off_b * with_b, **{"B_central": 1, f"free_{cell}": 1, f"B_{cell}": -1})
        problem.react(inside_b * with_b, **{f"B_{cell}": -1})
        problem.react(turnover * per_cell * blood[cell] * (1.0 + upregulation * effects["blood"]), **{f"free_{cell}": 1})
        problem.react(turnover * free, **{f"free_{cell}": -1})
        problem.react(on_a * a_tumour * free_t, **{"A_tumour": -1, f"tumour_free_{cell}": -1, f"tumour_A_{cell}": 1})
        problem.react(off_a * with_a_t, **{"A_tumour": 1, f"tumour_free_{cell}": 1, f"tumour_A_{cell}": -1})
        problem.react(inside_a * with_a_t, **{f"tumour_A_{cell}": -1})
        problem.react(turnover * per_cell * tumour[cell] * (1.0 + upregulation * effects["tumour"]), **{f"tumour_free_{cell}": 1})
        problem.react(turnover * free_t, **{f"tumour_free_{cell}": -1})
    return in_blood, in_tumour


def _humoral_states(problem: Problem) -> dict[str, Expression]:
    starts = {
        "ifn": (2.0, 79.0), "il6": (3.0, 95.0), "tnf": (1.5, 115.0), "tgf": (20.0, 69.0), "il10": (5.0, 26.0),
        "vegf": (30.0, 30.0), "pd1": (5.0, 6.6), "pdl1": (8.0, 15.0), "pd1_pdl1": (0.8, 0.89), "burden": (5000.0, 9.6e4),
        "dying": (50.0, 3.5e3), "leak": (0.0, 1.6), "creatinine": (1.0, 3.3), "fever": (0.0, 2.0),
    }  # fmt: skip
    return {name: problem.state(name, start, scale) for name, (start, scale) in starts.items()}


def _inhibition(problem: Problem, humoral: dict[str, Expression]) -> dict[str, Expression]:
    half_tgf = problem.parameter("half_tgf", 40.0)
    half_il10 = problem.parameter("half_il10", 15.0)
    half_pd1 = problem.parameter("half_pd1", 1.0)
    problem.parameter("half_ifn", 10.0)
    problem.parameter("half_burden", 3000.0)
    return {
        "tgf": problem.define("tgf_inhibition", 1.0 / (1.0 + humoral["tgf"] / half_tgf)),
        "pd1": problem.define("pd1_inhibition", 1.0 / (1.0 + (humoral["pd1_pdl1"] / half_pd1) ** 2)),
        "il10": problem.define("il10_inhibition", 1.0 / (1.0 + humoral["il10"] / half_il10)),
    }


def _cells(problem: Problem, blood: dict, tumour: dict, in_blood: dict, in_tumour: dict, humoral: dict, inhibition: dict) -> None:
    ifn, burden = humoral["ifn"], humoral["burden"]
    attraction = problem.define("attraction", 1.0 + 2.0 * ifn / (ifn + symbol("half_ifn")))
    problem.parameter("dilution", RETURN)
    for cell, (in_blood_0, in_tumour_0, dying, entering, leaving) in CELLS.items():
        b, t = blood[cell], tumour[cell]
        death = problem.parameter(f"death_{cell}", dying)
        traffic = problem.parameter(f"traffic_{cell}", entering)
        leave = problem.parameter(f"leave_{cell}", leaving)
        # The untreated patient is near a steady state.
        entry = entering * in_blood_0 * (1.0 + 2.0 * 2.0 / 12.0) * 5000.0 / 8000.0
        source = problem.parameter(f"source_{cell}", dying * in_blood_0 + entry - RETURN * leaving * in_tumour_0)
        death_t = problem.parameter(f"tumour_death_{cell}", max(entry / in_tumour_0 - leaving, 0.01))
        problem.react(source, **{f"blood_{cell}": 1})
        problem.react(death * b, **{f"blood_{cell}": -1})
        moving = traffic * b * attraction * burden / (burden + symbol("half_burden"))
        problem.react(moving, **{f"blood_{cell}": -1})
        problem.react(moving, **{f"tumour_{cell}": 1})
        problem.react(leave * t, **{f"tumour_{cell}": -1, f"blood_{cell}": RETURN})
        problem.react(death_t * t, **{f"tumour_{cell}": -1})
        if cell in RECEPTORS:
            growth = problem.parameter(f"growth_{cell}", RECEPTORS[cell][5])
            most = problem.parameter(f"most_{cell}", 12.0 * in_blood_0)
            most_t = problem.parameter(f"tumour_most_{cell}", 10.0 * in_tumour_0)
            free = inhibition["tgf"] * inhibition["il10"] if cell in ("cd8", "cd4", "nk") else expression(1.0)
            problem.react(growth * in_blood[cell] * b * (1.0 - b / most), **{f"blood_{cell}": 1})
            problem.react(growth * in_tumour[cell] * t * (1.0 - t / most_t) * free, **{f"tumour_{cell}": 1})
    priming = problem.parameter("priming", 0.01)
    helped = blood["dendritic"] / (blood["dendritic"] + 20.0)
    problem.react(priming * blood["naive"] * in_blood["cd4"] * helped, blood_naive=-1, blood_cd8=1)
    margination = problem.parameter("margination", 1.5)
    problem.react(margination * 0.2 * in_blood["cd8"] * blood["cd8"], blood_cd8=-1)
    problem.react(margination * 0.2 * in_blood["nk"] * blood["nk"], blood_nk=-1)


def _cytokines(
    problem: Problem, blood: dict, tumour: dict, in_blood: dict, in_tumour: dict, humoral: dict, inhibition: dict
) -> None:
    nk = in_blood["nk"] * blood["nk"] / 200.0
    cd8_t, treg_t, mdsc_t = tumour["cd8"] / 120.0, tumour["treg"] / 80.0, tumour["mdsc"] / 150.0
    tnf, ifn, burden = humoral["tnf"], humoral["ifn"], humoral["burden"]
    sources = {
        "ifn": (2.0, 6.0, 0.5 + 0.65 * cd8_t * inhibition["pd1"] + 20.0 * nk + 10.0 * in_tumour["cd8"] * cd8_t),
        "il6": (3.0, 8.0, 1.0 + 30.0 * in_blood["cd8"] * blood["cd8"] / 300.0 + 2.0 * tnf / (tnf + 10.0)),
        "tnf": (1.5, 20.0, 1.0 + 40.0 * nk),
        "tgf": (20.0, 2.0, 0.4 + 0.3 * treg_t + 0.3 * mdsc_t),
        "il10": (5.0, 5.0, 0.5 + 0.3 * treg_t + 0.2 * mdsc_t + 2.0 * in_blood["treg"]),
        "vegf": (30.0, 3.0, 0.3 + 0.7 * burden / (burden + symbol("half_burden"))),
    }
    for name, (start, turnover, source) in sources.items():
        loss = problem.parameter(f"loss_{name}", turnover)
        production = problem.parameter(f"production_{name}", turnover * start)
        problem.react(production * source, **{name: 1})
        problem.react(loss * humoral[name], **{name: -1})
    on, off = problem.parameter("on_pd1", 4.0), problem.parameter("off_pd1", 400.0)
    loss, loss_bound = problem.parameter("loss_pd1", 0.8), problem.parameter("loss_pd1_pdl1", 1.5)
    pd1, pdl1, bound = humoral["pd1"], humoral["pdl1"], humoral["pd1_pdl1"]
    problem.react(loss * 5.0 * (0.6 + 0.4 * cd8_t), pd1=1)
    problem.react(loss * pd1, pd1=-1)
    problem.react(loss * 8.0 * (0.7 + 1.5 * ifn / (ifn + symbol("half_ifn"))), pdl1=1)
    problem.react(loss * pdl1, pdl1=-1)
    problem.react(on * pd1 * pdl1, pd1=-1, pdl1=-1, pd1_pdl1=1)
    problem.react(off * bound, pd1=1, pdl1=1, pd1_pdl1=-1)
    problem.react(loss_bound * bound, pd1_pdl1=-1)


def _tumour(problem: Problem, tumour: dict, in_tumour: dict, humoral: dict, inhibition: dict) -> None:
    growth, most = problem.parameter("tumour_growth", 0.006), problem.parameter("tumour_most", 1e6)
    kill_cd8, kill_nk = problem.parameter("kill_cd8", 0.12), problem.parameter("kill_nk", 0.05)
    problem.parameter("kill_exponent", 2.0)
    burden, vegf = humoral["burden"], humoral["vegf"]
    cd8, nk = tumour["cd8"], tumour["nk"]
    problem.react(growth * burden * log(most / (burden + 0.001)) * (0.7 + 0.6 * vegf / (vegf + 40.0)), burden=1)
    free = inhibition["tgf"] * inhibition["pd1"] * (0.3 + 0.7 * inhibition["il10"])
    crowd = cd8**2 / (cd8**2 + 400.0**2)
    problem.react(kill_cd8 * burden * free * crowd * (1.0 + 2.0 * in_tumour["cd8"]), burden=-1, dying=1)
    helped = 1.0 + 3.0 * in_tumour["nk"]
    problem.react(kill_nk * burden * inhibition["tgf"] * nk / (nk + 200.0) * helped, burden=-1, dying=1)
    problem.react(problem.parameter("clearing", 0.3) * humoral["dying"], dying=-1)


def _side_effects(problem: Problem, in_blood: dict, humoral: dict) -> None:
    leaking, drying = problem.parameter("leaking", 1.2), problem.parameter("drying", 0.8)
    il6, tnf, leak = humoral["il6"], humoral["tnf"], humoral["leak"]
    problem.react(leaking * (in_blood["nk"] + 0.5 * in_blood["eosinophil"]) * il6 / (il6 + 20.0), leak=1)
    problem.react(drying * leak, leak=-1)
    problem.react(0.7 * (1.0 + 1.5 * leak), creatinine=1)
    problem.react(0.7 * humoral["creatinine"], creatinine=-1)
    heating = 12.0 * (il6 / (il6 + 15.0) + tnf / (tnf + 8.0))
    problem.react(heating * exp(-0.3 * humoral["fever"]), fever=1)
    problem.react(6.0 * humoral["fever"], fever=-1)
