"""The reduced form of receptor signalling: what affinities relative to wild type do to a cell's EC50."""

from __future__ import annotations


def intermediate_shift(beta_ratio: float, gamma_ratio: float = 1.0) -> float:
    """Return the fold change of the EC50 at the intermediate-affinity receptor.

    Arguments:
        beta_ratio: KD of the first chain over that of wild type. gamma_ratio: loss of recruitment of the second, in fold.
    """
    return beta_ratio * gamma_ratio


def cd25_reliance(alpha_ratio: float | None) -> float:
    """Return φ from the KD of CD25 over that of wild type; None: it does not bind, 0."""
    return 0.0 if alpha_ratio is None else 1.0 / alpha_ratio
