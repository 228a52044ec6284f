"""From the affinities of an engineered cytokine to the numbers of its action: everything relative to the native cytokine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kinecast.biology.receptors.reduced import cd25_reliance, equivalent_ratio, intermediate_shift, trimer_shift
from kinecast.catalog.records import Agent, Number
from kinecast.errors import CatalogError, choices
from kinecast.units import DIMENSIONLESS, dimension

Numbers = Mapping[str, Number]


@dataclass(frozen=True)
class Receptor:
    """The chains that an action's receptor is made of, by the names under which records hold their KD.

    Attributes:
        first: chain that binds first. second: chain that joins. whole: the receptor on cells, where a KD of it is known.
        helper: chain that the molecule can do without.
        weaker: numbers of the action that rise with the KD. stronger: those that fall with it.
        saturates: whether a better first chain gains only what the second leaves to gain, as the explicit network of the gamma
            chain says; of other receptors no network is known, and the two KD multiply.
        signal: number that the share of activity multiplies; without one, `weaker` numbers are divided by it.
    """

    first: str
    second: str
    whole: str = ""
    helper: str = ""
    weaker: tuple[str, ...] = ()
    stronger: tuple[str, ...] = ()
    signal: str = ""
    saturates: bool = False

    @property
    def chains(self) -> tuple[str, ...]:
        """Every name that a KD may have."""
        return tuple(name for name in (self.helper, self.first, self.second, self.whole) if name)


RECEPTORS: Mapping[str, Receptor] = {
    "il2_receptor": Receptor("IL-2Rb", "gc", "IL-2Rbg", "IL-2Ra", weaker=("intermediate_kd",), saturates=True),
    "il15_receptor": Receptor(
        "IL-2Rb", "gc", "IL-2Rbg", weaker=("intermediate_kd",), stronger=("potency",), signal="potency", saturates=True
    ),
    "il7_receptor": Receptor("IL-7Ra", "gc", stronger=("potency",), signal="potency"),
    "il21_receptor": Receptor("IL-21R", "gc", stronger=("potency",), signal="potency"),
    "il12_receptor": Receptor("IL-12Rb1", "IL-12Rb2", stronger=("potency",), signal="potency"),
    "gm_csf_receptor": Receptor("GMRa", "bc", "GMRab", stronger=("potency",), signal="potency"),
    "ifnar": Receptor("IFNAR2", "IFNAR1", weaker=("ifnar_kd",), signal="activity"),
}
"""Action → its receptor. Actions that are not here pass to no engineered form."""


def acting(agent: Agent, native: Agent, actions: Mapping[str, Numbers], block: float | None = 1.0) -> dict[str, Numbers]:
    """Return action → numbers of an engineered form, from those of its cytokine.

    EC50 and KD are the cytokine's times s = `reduced.intermediate_shift` (first chain, second chain), over the copies of it that
    a molecule carries. CD25 helps by φ = `reduced.cd25_reliance`, and by a hold of s/t - 1, t = `reduced.trimer_shift`: what
    IL-2Rb lets go is not lost where CD25 holds it, so that the EC50 of a cell with much CD25 hardly moves with IL-2Rb.

    Arguments:
        agent: the engineered form, with its `molecule`. native: the cytokine. actions: the cytokine's.
        block: by how much a closed form binds more weakly; None: not at all, and nothing acts.

    Raises:
        CatalogError: a drug without a cytokine's action, a receptor that it does not bind, a chain that it cannot do without, or
            a KD in nM of a chain of which the cytokine has none to compare with.
    """
    molecule = agent.molecule
    assert molecule is not None
    if block is None:
        return {}
    usable = {name: RECEPTORS[name] for name in actions if name in RECEPTORS}
    if not usable:
        raise CatalogError(
            f"{agent.id}: {native.id} does nothing of which the model has engineered forms.",
            "Start from a cytokine: aldesleukin, rhil-15, rhil-12, rhil-21, cyt107, interferon-alfa-2b or sargramostim.",
        )
    known = [chain for receptor in usable.values() for chain in receptor.chains]
    for chain in molecule.kd:
        if chain not in known:
            raise CatalogError(f"{agent.id}, kd: {native.id} does not bind '{chain}' in the model.", choices(chain, known))
    return {name: _shifted(agent, native, receptor, actions[name], block) for name, receptor in usable.items()}


def _shifted(agent: Agent, native: Agent, receptor: Receptor, numbers: Numbers, block: float) -> Numbers:
    molecule = agent.molecule
    assert molecule is not None
    ratio = _ratios(agent, native)
    needed = [name for name in (receptor.first, receptor.second, receptor.whole) if name and ratio(name) is None]
    if needed:
        hint = "Write a KD, or a number of times the cytokine's."
        raise CatalogError(f"{agent.id}, kd.{needed[0]}: without it {native.id} does nothing.", hint)
    first, second = ratio(receptor.first) or 1.0, ratio(receptor.second) or 1.0
    whole = ratio(receptor.whole) if receptor.whole in molecule.kd else None
    if whole is not None:
        # A KD of the whole receptor says what the chains together do: the ratio of them that has the same effect.
        first *= equivalent_ratio(whole) if receptor.saturates else whole
    weaker = intermediate_shift(first, second) if receptor.saturates else first * second
    shift = block * weaker / molecule.copies
    activity = molecule.activity.quantity.value if molecule.activity else 1.0
    told = f"{native.id}'s, by the molecule's affinities"
    made = dict(numbers)
    for name in receptor.weaker:
        made[name] = _scaled(numbers[name], shift if receptor.signal else shift / activity, told)
    for name in receptor.stronger:
        made[name] = _scaled(numbers[name], 1 / shift, told)
    if receptor.signal:
        made[receptor.signal] = _scaled(made[receptor.signal], activity, told)
    if receptor.helper:
        binds, by_helper = cd25_reliance(ratio(receptor.helper)), trimer_shift(first, second)
        made["cd25_binding"] = _scaled(numbers["cd25_binding"], min(binds, 1.0) / block, told)
        made["cd25_dependence"] = _scaled(numbers["cd25_dependence"], binds, told)
        if weaker != by_helper:
            made["cd25_hold"] = _held(weaker / by_helper - 1)
        full = block / molecule.copies / activity
        # What does not bind CD25 finds every receptor without it.
        trimer = _scaled(numbers["trimer_kd"], full * by_helper / binds, told) if binds else made["intermediate_kd"]
        made["trimer_kd"] = trimer
    return made


def _ratios(agent: Agent, native: Agent) -> Callable[[str], float | None]:
    """Return chain → its KD over the native cytokine's; 1 where nothing is said, None where it does not bind."""
    assert agent.molecule is not None
    kd = agent.molecule.kd

    def ratio(chain: str) -> float | None:
        if chain not in kd:
            return 1.0
        number = kd[chain]
        if number is None:
            return None
        if dimension(number.unit) == DIMENSIONLESS:
            return number.quantity.canonical
        native_kd = native.binds[chain].kd if chain in native.binds else None
        if native_kd is None or native_kd.value is None:
            hint = "Write how many times weaker than the cytokine it binds, such as 10."
            raise CatalogError(f"{agent.id}, kd.{chain}: {native.id} has no KD to compare {number.quantity} with.", hint)
        return number.quantity.canonical / native_kd.quantity.canonical

    return ratio


def _scaled(number: Number, factor: float, told: str) -> Number:
    """Return a number times a factor; the same record where nothing changes."""
    if factor == 1.0:
        return number
    value = number.quantity.value * factor
    return number.model_copy(update={"value": value, "low": None, "high": None, "status": "assumed", "where": told, "note": ""})


def _held(value: float) -> Number:
    where = "from the molecule's affinities by the reduced form of the receptors"
    return Number(value=value, unit="1", source="Kinecast26", where=where, status="assumed")
