"""Shapley values of many small games at once: one game a patient, by every coalition or by random orders of his own."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

from kinecast.patients.streams import uniform

MOST_COALITIONS = 64
"""Games of no more coalitions than this are solved exactly; larger ones by orders."""


@dataclass(frozen=True)
class Plan:
    """Which coalitions of which patients must be simulated, and how their values make Shapley values.

    A coalition is a number whose bit i says that player i is in it.

    Attributes:
        players: k. patients: N.
        rows, coalitions: (M,) place of the patient and coalition of each simulation, every pair once.
        orders: (N, R, k) players in the order in which they join; R is 0 where every coalition is simulated.
    """

    players: int
    patients: int
    rows: np.ndarray
    coalitions: np.ndarray
    orders: np.ndarray

    @property
    def exact(self) -> bool:
        """Whether every coalition is simulated."""
        return self.orders.shape[1] == 0

    def of(self, values: np.ndarray, coalitions: np.ndarray) -> np.ndarray:
        """Return the values (N, …, outcomes) of coalitions (N, …), out of those simulated, (M, outcomes)."""
        keys = self.rows.astype(np.int64) << self.players | self.coalitions
        patients = np.arange(self.patients, dtype=np.int64).reshape(-1, *([1] * (coalitions.ndim - 1)))
        return values[np.searchsorted(keys, patients << self.players | coalitions)]

    def everywhere(self, values: np.ndarray, coalition: int) -> np.ndarray:
        """Return the value (N, outcomes) of one coalition in every patient."""
        return self.of(values, np.full(self.patients, coalition, dtype=np.int64))

    def alone(self, values: np.ndarray) -> np.ndarray:
        """Return what each player is worth without the others, (N, k, outcomes)."""
        single = np.tile(2 ** np.arange(self.players, dtype=np.int64), (self.patients, 1))
        return self.of(values, single) - self.everywhere(values, 0)[:, None]

    def shapley(self, values: np.ndarray) -> np.ndarray:
        """Return the Shapley values (N, k, outcomes): what a player adds, averaged over orders; they sum to the whole.

        phi_i = Σ_S |S|!·(k - |S| - 1)!/k!·[v(S + i) - v(S)] over the coalitions S without i, which is the mean over all orders;
        by orders, the mean over the R of the patient.
        """
        return self._exactly(values) if self.exact else self._by_order(values).mean(axis=1)

    def variance(self, values: np.ndarray) -> np.ndarray:
        """Return the variance (N, k, outcomes) of the values that the choice of orders leaves; NaN of a single pair of orders."""
        if self.exact:
            return np.zeros((self.patients, self.players, values.shape[-1]))
        added = self._by_order(values)
        pairs = (added[:, 0::2] + added[:, 1::2]) / 2
        count = pairs.shape[1]
        return pairs.var(axis=1, ddof=1) / count if count > 1 else np.full(pairs[:, 0].shape, np.nan)

    def _exactly(self, values: np.ndarray) -> np.ndarray:
        k = self.players
        table = values.reshape(self.patients, 2**k, -1)
        every = np.arange(2**k)
        sizes = np.array([int(one).bit_count() for one in every])
        found = np.zeros((self.patients, k, table.shape[-1]))
        for player in range(k):
            without = every[every >> player & 1 == 0]
            weights = np.array([factorial(size) * factorial(k - size - 1) / factorial(k) for size in sizes[without]])
            found[:, player] = np.einsum("c,nco->no", weights, table[:, without | 1 << player] - table[:, without])
        return found

    def _by_order(self, values: np.ndarray) -> np.ndarray:
        """Return what each player adds in each order, (N, R, k, outcomes)."""
        along = self.of(values, prefixes(self.orders))
        added = np.empty((*self.orders.shape, values.shape[-1]))
        np.put_along_axis(added, self.orders[..., None], np.diff(along, axis=2), axis=2)
        return added


def plan(game: str, players: int, indices: np.ndarray, seed: int, orders: int) -> Plan:
    """Return what must be simulated to attribute a game in the patients with these indices.

    Every order comes with its reverse (antithetic pairs): who joins first in one joins last in the other. Orders belong to the
    seed, the game and the patient's index, so that a value does not depend on chunks or threads.

    Arguments:
        players: k, at most 60. orders: R, even; used where there are more than MOST_COALITIONS coalitions.
    """
    n = len(indices)
    if 2**players <= MOST_COALITIONS:
        every = np.tile(np.arange(2**players, dtype=np.int64), n)
        rows = np.repeat(np.arange(n), 2**players)
        return Plan(players, n, rows, every, np.zeros((n, 0, players), dtype=np.int64))
    drawn = np.empty((n, orders, players), dtype=np.int64)
    for pair in range(orders // 2):
        keys = [uniform(seed, f"order of {game} {pair} {player}", indices) for player in range(players)]
        forward = np.argsort(np.stack(keys, axis=1), axis=1, kind="stable")
        drawn[:, 2 * pair], drawn[:, 2 * pair + 1] = forward, forward[:, ::-1]
    single = np.tile(2 ** np.arange(players, dtype=np.int64), (n, 1))
    asked = np.concatenate([prefixes(drawn).reshape(n, -1), single], axis=1)
    keys = np.unique(np.arange(n, dtype=np.int64)[:, None] << players | asked)
    return Plan(players, n, keys >> players, keys & (2**players - 1), drawn)


def prefixes(orders: np.ndarray) -> np.ndarray:
    """Return the coalitions (…, k + 1) that form as players (…, k) join one after another, from none to all."""
    joined = np.cumsum(np.int64(1) << orders.astype(np.int64), axis=-1)
    return np.concatenate([np.zeros_like(joined[..., :1]), joined], axis=-1)
