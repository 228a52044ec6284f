"""A network as tables that a person can read: equations, definitions, parameters."""

from __future__ import annotations

from collections.abc import Iterable

from kinecast.network.expression import text
from kinecast.network.network import Network


def equations(network: Network) -> list[tuple[str, str, str, str]]:
    """Rows (module, name, unit, equation): each state's derivative term by term, then each definition."""
    terms: dict[str, list[str]] = {state.name: [] for state in network.states}
    for reaction in network.reactions:
        rate = text(reaction.rate)
        for name, change in reaction.changes.items():
            factor = f"({text(change)})" if change.op in ("add", "sub") else text(change)
            sign = "- " if factor.startswith("-") else "+ "
            factor = factor.removeprefix("-")
            shown = rate if factor == "1" else f"{factor}*({rate})"
            terms[name].append(f"{sign}{shown}")
    rows = []
    for state in network.states:
        right = " ".join(terms[state.name]).removeprefix("+ ") or "0"
        rows.append((network.origins[state.name], f"d {state.name}/dt", f"{state.unit} per day", right))
    rows += [(network.origins[name], name, network.units[name], text(value)) for name, value in network.definitions.items()]
    return rows


def equations_markdown(network: Network, *, without: Iterable[str] = ()) -> str:
    """The same as a Markdown table, one section a module, without those named."""
    lines: list[str] = []
    rows = equations(network)
    left_out = set(without)
    for module in dict.fromkeys(row[0] for row in rows if row[0] not in left_out):
        lines += [f"### {module}", "", "| quantity | unit | equation |", "|---|---|---|"]
        lines += [f"| `{name}` | {unit} | `{right}` |" for origin, name, unit, right in rows if origin == module]
        lines.append("")
    return "\n".join(lines)
