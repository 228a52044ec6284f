"""How far a brake is there: removed, held at its resting level, or free to rise, by two switches of the patient."""

from __future__ import annotations

from kinecast.biology.symbols import Symbols
from kinecast.network import Expression


def level(p: Symbols, brake: str, now: Expression, rest: Expression | float | None = 1.0) -> Expression:
    """Return the level of a brake that counts: present·(rest + induced·(now - rest)), nothing at rest without `rest`.

    Both switches are parameters of the patient and 1 in everybody: `<brake>_present` at 0 takes the brake away,
    `<brake>_induced` at 0 keeps it at its resting level whatever the treatment does to it. What a brake costs is asked by turning
    them, on the same patients and the same compiled equations (`kinecast.inference.attribution`).
    """
    present, induced = p.of(brake, "present"), p.of(brake, "induced")
    return present * induced * now if rest is None else present * (rest + induced * (now - rest))
