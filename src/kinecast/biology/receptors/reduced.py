"""The explicit receptors in closed form, for patients: how a molecule's affinities move the EC50 and its reliance on CD25."""

from __future__ import annotations

from functools import cache

from kinecast import catalog
from kinecast.errors import RunError
from kinecast.units import canonical_factor


def intermediate_shift(beta_ratio: float, gamma_ratio: float = 1.0) -> float:
    """Fold change of the EC50 at the intermediate-affinity receptor.

    shift = (1 + ρ·β·γ)/(1 + ρ),  ρ = k_B·K_B/(k_γ·G)

    A ligand on IL-2Rb either leaves (k_B·K_B) or is joined by one of the G shared chains (k_γ·G). Wild-type IL-2 leaves ρ
    times as often as it is joined, so that an affinity 120 times better gains no more than 1 + ρ.

    Arguments:
        beta_ratio: KD at IL-2Rb over that of the wild type.
        gamma_ratio: loss of recruitment of the shared chain in fold; 1 wild type.

    Raises:
        RunError: a ratio that is not above zero.

    Source: the explicit network (`binding`); the error against it is stated in docs/receptors.md and tested.
    """
    product = _positive("beta_ratio", beta_ratio) * _positive("gamma_ratio", gamma_ratio)
    rho = _ratios()[0]
    return (1 + rho * product) / (1 + rho)


def cd25_reliance(alpha_ratio: float | None) -> float:
    """Reliance on CD25, φ: 1 for wild-type IL-2, 0 for a molecule that does not bind CD25.

    φ = (1 + σ)/(α + σ),  σ = k_2D·B/(k_A·K_A)

    A ligand on CD25 either leaves (k_A·K_A) or is joined by one of the B IL-2Rb of the cell (k_2D·B).

    Arguments:
        alpha_ratio: KD at IL-2Ra over that of the wild type; None when the molecule does not bind it.

    Raises:
        RunError: a ratio that is not above zero.
    """
    if alpha_ratio is None:
        return 0.0
    sigma = _ratios()[1]
    return (1 + sigma) / (_positive("alpha_ratio", alpha_ratio) + sigma)


def trimer_shift(beta_ratio: float, gamma_ratio: float = 1.0) -> float:
    """Fold change of the EC50 at the receptor with CD25: (1 + τ·β·γ)/(1 + τ), with a τ far below 1.

    Held by CD25, a ligand that IL-2Rb lets go is not lost (τ = k_2D·θ·K_B/(k_γ·G)): weaker binding to IL-2Rb, which costs
    cells without CD25 their signal, hardly touches Treg. Arguments and errors as for `intermediate_shift`.
    """
    product = _positive("beta_ratio", beta_ratio) * _positive("gamma_ratio", gamma_ratio)
    tau = _ratios()[2]
    return (1 + tau * product) / (1 + tau)


def equivalent_ratio(shift: float) -> float:
    """KD ratio of IL-2Rb that has this shift of the intermediate-affinity receptor, where only the whole receptor is known.

    The inverse of `intermediate_shift`. A gain beyond what an affinity can bring counts as a KD a thousand times better.
    """
    rho = _ratios()[0]
    return max(((1 + rho) * _positive("shift", shift) - 1) / rho, 1e-3)


def ec50_shift(
    cd25: float,
    il2rb: float,
    coupling: float,
    beta_ratio: float = 1.0,
    gamma_ratio: float = 1.0,
    alpha_ratio: float | None = 1.0,
) -> float:
    """Fold change of the EC50 of a cell that has both receptors: (1 + c)/(1/shift + φ·c/trimer shift), c = CD25/α*.

    The way over CD25 carries a signal only where there is a CD25 for every IL-2Rb: with less, c counts as 0.

    Arguments:
        cd25, il2rb: copies a cell. coupling: α*, the CD25 number at which the wild type's EC50 has halved (`cytokines.il2`).
        beta_ratio, gamma_ratio, alpha_ratio: as above.
    """
    coupled = cd25 / coupling if cd25 >= il2rb else 0.0
    without = 1 / intermediate_shift(beta_ratio, gamma_ratio)
    return (1 + coupled) / (without + cd25_reliance(alpha_ratio) * coupled / trimer_shift(beta_ratio, gamma_ratio))


@cache
def _ratios() -> tuple[float, float, float]:
    """ρ, σ and τ of wild-type IL-2 from the records of the explicit network."""
    p = {
        name: one.value * canonical_factor(one.unit)
        for name, one in catalog.parameters("gammac").items()
        if one.value is not None
    }
    joined = p["gamma_on"] * p["reduced_gc"]
    paired = p["membrane_on"] * p["reduced_il2rb"]
    leaves = p["membrane_on"] * p["membrane_factor"] * p["il2_kd_il2rb"]
    return p["beta_on"] * p["il2_kd_il2rb"] / joined, paired / (p["chain_on"] * p["il2_kd_il2ra"]), leaves / joined


def _positive(name: str, ratio: float) -> float:
    if not 0 < ratio < float("inf"):
        raise RunError(f"{name}: {ratio!r} is not above zero.", "1 is the wild type, 10 ten times weaker.")
    return ratio
