"""A molecule in the tumour: through vessels by its size, bound to what it seeks, lost in place, or injected there."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module, summed, symbol, where

IN_TUMOUR = "_in_tumour"
"""How a disease names the density of an antigen in its tumours."""


def delivery(
    agent: str, numbers: Records, records: Records, disease: Records, *, injected: bool, at_once: bool = False
) -> Module:
    """Amounts of one molecule in the lesions, and the level that tumour-specific CD8 cells see of it there.

    A' = PS·V·(c - f) - (k_e·B + k_l·f·void)·V,  X = A/V = C + B,  f = C/(void·(1 + M/K_matrix))
    B of antigen T in quasi-equilibrium: B = T·f/(f + K),  K = KD/(1 + (arms - 1)·T/T_cross)
    level = penetration·(C + presented·B)/void; what the matrix holds acts as what is free

    c is the molecule in plasma, V the volume of the lesions, PS the exchange across vessels, void the share of the volume that it
    finds open. PS and void fall with its size (`molecules.size.entering`). `penetration` is what IL-2 was calibrated with: the
    share of the level that cells in the tumour see of the level in its fluid. An injection enters one lesion:

    I' = -PS·V_1·f_i - (k_e·B_i + k_l·f_i·void)·V_1,  what leaves goes to plasma

    What enters is among the molecule's `consumed`, so that dose = body + account as for any drug, with `injected` and
    `lost_where_injected` for an injection; of what entered, `in_lesions` + `lost_in_lesions` is left.

    The molecule does not reach all of the tumour, where it binds faster than it diffuses and does not come off before it is taken
    up (the binding-site barrier). With θ = B/T, the antigen occupied,

    reached = (1 + φ·θ)/(1 + φ),  φ² = k_on·T/void/k_diffusion·k_e/(k_e + k_off),  k_off = k_on·K

    so that a drug which binds weakly or saturates its antigen is everywhere, and one that binds tightly stays at the vessels: 1/φ
    is how far it gets where it is trapped for good (Thiele's modulus). Molecules of one antigen do not compete for it.

    Arguments:
        agent: the molecule's name in equations.
        numbers: its own: vascular_exchange, tumour_void, tumour_diffusion; where it seeks an antigen `<antigen>_arm_kd` and
            `<antigen>_arms`; `matrix_kd` where it is anchored.
        records: of the parameter files delivery and receptors. disease: holds `<antigen>_in_tumour`, nM of the tumour's volume.
        injected: whether it can be given into a lesion.
        at_once: whether it moves as the cytokine that the model was calibrated with: what cells see is then penetration·c,
            without a state, and nothing is lost there.

    Sources: Schmidt09, Thurber08, Shah12 (vessels, size, barrier); see the records.
    """
    module = Module(f"delivery_{agent}", f"{agent} in the tumour")
    p, a = Symbols(module, records), Symbols(module, numbers, prefix=f"{agent}_")
    plasma = module.read(f"{agent}_plasma", "nM")
    volume = module.read("tumour_volume", "mL")
    place = _Place(module, agent, p, a, numbers, Symbols(module, disease))
    if at_once:
        module.define(f"{agent}_acting_lesions", plasma, "nM")
        module.define(f"{agent}_in_tumour", p.tumour_penetration * plasma, "nM")
        module.define(f"{agent}_reached", 1.0, "1")
        _injected(module, agent, a, place, volume) if injected else _nowhere(module, agent, plasma)
        return module
    held = module.state(f"{agent}_in_lesions", "nmol", scale=0.1)
    lost = module.state(f"{agent}_lost_in_lesions", "nmol", scale=1.0)
    fluid, level, reached, loss = place.of(held / volume, "lesions")
    entry = a.vascular_exchange * volume * (plasma - fluid)
    module.reaction("entry", {held: 1}, entry)
    module.contribute(f"{agent}_consumption", entry)
    module.reaction("loss", {held: -1, lost: 1}, loss * volume)
    module.define(f"{agent}_in_tumour", level, "nM")
    module.define(f"{agent}_reached", reached, "1")
    _injected(module, agent, a, place, volume) if injected else _nowhere(module, agent, plasma)
    return module


class _Place:
    """Binding in one place of the tumour: free and bound, what cells see, how far it reaches, what is lost."""

    def __init__(self, module: Module, agent: str, p: Symbols, a: Symbols, numbers: Records, d: Symbols) -> None:
        self._module, self._agent, self._p, self._a, self._d = module, agent, p, a, d
        self._antigen = sought(numbers)
        self._kept = 1 + p.matrix_sites / a.matrix_kd if "matrix_kd" in numbers else None

    def of(self, total: Expression, name: str) -> tuple[Expression, Expression, Expression | float, Expression]:
        """Return (nM in fluid, nM that cells see, share of the tumour reached, loss in nM/d of volume) at a total in nM."""
        p, a = self._p, self._a
        total = self._module.define(f"{self._agent}_total_{name}", total, "nM")
        if self._antigen is None:
            free, bound, reached, taken = total, 0.0, 1.0, 0.0
        else:
            free, bound, reached, taken = self._bound(total, name)
        loose = free if self._kept is None else free / self._kept
        loss = p.interstitial_loss * loose + taken
        fluid = self._module.define(f"{self._agent}_fluid_{name}", loose / a.tumour_void, "nM")
        # What is held by the matrix acts as what is free does; what is bound to antigen acts on cells that touch it.
        acting = self._module.define(f"{self._agent}_acting_{name}", (free + p.presented_share * bound) / a.tumour_void, "nM")
        return fluid, p.tumour_penetration * acting, reached, loss

    def _bound(self, total: Expression, name: str) -> tuple[Expression, Expression, Expression, Expression]:
        p, a, antigen = self._p, self._a, self._antigen
        sites = self._d.of(antigen or "", "in_tumour")
        taking = p.of(antigen or "", "internalisation")
        kd = a.of(antigen or "", "arm_kd") / (1 + (a.of(antigen or "", "arms") - 1) * sites / p.crosslink_level)
        half = a.tumour_void * kd if self._kept is None else a.tumour_void * self._kept * kd
        short = sites + half - total
        root = (short**2 + 4 * half * total) ** 0.5
        # Of the two forms of the root that which keeps its digits: nearly everything bound, or nearly everything free.
        free = where(short, 2 * half * total / (where(short, short, 0 * short) + root), (root - short) / 2)
        free = self._module.define(f"{self._agent}_free_{name}", free, "nM")
        occupied = free / (free + half)
        bound = self._module.define(f"{self._agent}_bound_{name}", sites * occupied, "nM")
        binding = p.binding_on_rate * sites / a.tumour_void / a.tumour_diffusion
        barrier = (binding * taking / (taking + p.binding_on_rate * kd)) ** 0.5
        reached = (1 + barrier * occupied) / (1 + barrier)
        return free, bound, reached, taking * bound


def _injected(module: Module, agent: str, a: Symbols, place: _Place, volume: Expression) -> None:
    """What is injected into the first lesion: it leaves for plasma, and acts on the cells that this lesion's nodes prime.

    What it does there counts by the lesion's share of the tumour (`_injected_*`).
    """
    lesion = module.read("lesion_1_volume", "mL")
    depot = module.state(f"{agent}_injected", "nmol", scale=1.0, dosed=True)
    lost = module.state(f"{agent}_lost_where_injected", "nmol", scale=1.0)
    fluid, level, reached, loss = place.of(depot / lesion, "lesion_1")
    module.reaction("leaving", {depot: -1, symbol(f"{agent}_central"): 1}, a.vascular_exchange * lesion * fluid)
    module.reaction("loss_injected", {depot: -1, lost: 1}, loss * lesion)
    share = lesion / volume
    module.define(f"{agent}_injected_level", share * level, "nM")
    module.define(f"{agent}_injected_acting", share * symbol(f"{agent}_acting_lesion_1"), "nM")
    module.define(f"{agent}_injected_reached", share * reached, "1")


def _nowhere(module: Module, agent: str, plasma: Expression) -> None:
    """Nothing is injected."""
    module.define(f"{agent}_injected_level", 0 * plasma, "nM")
    module.define(f"{agent}_injected_acting", 0 * plasma, "nM")
    module.define(f"{agent}_injected_reached", 1.0, "1")


def sought(numbers: Records) -> str | None:
    """Return the antigen that a molecule's own numbers are about, or None."""
    return next((name.removesuffix("_arm_kd") for name in numbers if name.endswith("_arm_kd")), None)


def densities(disease: Records) -> tuple[str, ...]:
    """Return the antigens of which a disease's own numbers hold the density in its tumours."""
    return tuple(name.removesuffix(IN_TUMOUR) for name in disease if name.endswith(IN_TUMOUR))


def delivered_stimulus(module: Module, agent: str, gain: Expression) -> Expression:
    """Return the stimulus of tumour-specific CD8 cells by a molecule with a delivery of its own, level·gain at each place.

    Cells in the part that is reached see all of it, the others nothing: x·s/(s + x·(1 - s)) is the stimulus at which as many
    cells are stimulated as when a share s sees x/s.
    """
    at_places = (
        (module.read(f"{agent}_in_tumour", "nM"), module.read(f"{agent}_reached", "1")),
        (module.read(f"{agent}_injected_level", "nM"), module.read(f"{agent}_injected_reached", "1")),
    )
    return summed(level * gain * reached / (reached + level * gain * (1 - reached)) for level, reached in at_places)


def local_signal(module: Module, agent: str, gain: Expression, half: Expression) -> Expression:
    """Return the signal of a cytokine that acts in the tumour as in blood, by what the tumour has more of than plasma.

    Σ s·x/(x + s·half),  x = gain·max(0, level there - level in plasma), s: the share of the tumour that is reached, or injected
    """
    plasma = module.read(f"{agent}_plasma", "nM")
    more = [(gain * where(level - plasma, level - plasma, 0 * plasma), reached) for level, reached in _acting(module, agent)]
    return summed(reached * x / (x + reached * half) for x, reached in more)


def local_level(module: Module, agent: str) -> Expression:
    """Return the mean level that acts in the tumour's fluid, nM, what is injected included."""
    (inside, _), (injected, _) = _acting(module, agent)
    return inside + injected


def _acting(module: Module, agent: str) -> tuple[tuple[Expression, Expression], ...]:
    """Return (mean level in nM, share of the tumour reached) of what came from plasma, and of what was injected."""
    return (
        (module.read(f"{agent}_acting_lesions", "nM"), module.read(f"{agent}_reached", "1")),
        (module.read(f"{agent}_injected_acting", "nM"), module.read(f"{agent}_injected_reached", "1")),
    )
