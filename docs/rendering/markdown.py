"""Markdown: tables, links to works and to trials, numbers with their interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kinecast import catalog
from kinecast.catalog import Citation
from kinecast.plots.endpoints import bound_sign

MOST_ROWS = 40
"""Rows of a table on a page; a command that lists the rest stands below it."""

INTERVALS = {"ci95": "95 % CI ", "ci90": "90 % CI ", "ci99": "99 % CI ", "sd": "± SD ", "se": "± SE ", "iqr": "quartiles "} | {
    "p10_p90": "10th to 90th percentile ",
    "p5_p95": "5th to 95th percentile ",
}
_OPEN = {False: {True: "at least", False: "at most"}, True: {True: "lower limit", False: "upper limit"}}
"""How an interval with one end is written: whether there is a value, and whether the end is the lower one."""

UNRESOLVED = "A source marked † is unresolved: nobody has confirmed its identifier yet."


def table(head: Sequence[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return the lines of a table, an empty line after it; columns without any content are left out."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    kept = [column for column, _ in enumerate(head) if not cells or any(row[column] for row in cells)]
    body = ["| " + " | ".join(row[column] for column in kept) + " |" for row in cells]
    return ["| " + " | ".join(head[column] for column in kept) + " |", "|" + "---|" * len(kept), *body, ""]


def short_table(head: Sequence[str], rows: Sequence[Sequence[object]], command: str) -> list[str]:
    """Return a table of the first rows, and where there are more, how many and the command that lists all of them."""
    left = len(rows) - MOST_ROWS
    more = [f"{left} more: `{command}`", ""] if left > 0 else []
    return [*table(head, rows[:MOST_ROWS]), *more]


def linked(key: str) -> str:
    """Return a work in short, as a link to it; † when unresolved, and the words themselves when they are no citation's key."""
    work = catalog.citations().get(key)
    if work is None:
        return f"{key} †"
    address = address_of(work)
    name = work.short.replace("[", "(").replace("]", ")")
    return (f"[{name}]({address})" if address else name) + ("" if work.resolved else " †")


def address_of(work: Citation) -> str:
    """Return the address at which a work is found, or nothing."""
    if work.doi:
        found = f"https://doi.org/{work.doi}"
    elif work.pmid:
        found = f"https://pubmed.ncbi.nlm.nih.gov/{work.pmid}/"
    elif work.pmcid:
        found = f"https://www.ncbi.nlm.nih.gov/pmc/articles/{work.pmcid}/"
    else:
        found = work.url or ""
    return found.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")


def number_in_words(
    value: float | None, low: float | None, high: float | None, interval: str | None, unit: str, bound: str | None = None
) -> str:
    """Return a number as '16 % (95 % CI 12 to 21)'; fractions become percent, and a bound gets its sign."""
    if unit == "flag" and value is not None:
        return "yes" if value else "no"
    factor, shown = (100.0, "%") if unit == "fraction" else (1.0, "" if unit in ("1", "ratio") else unit)
    unit_after = f" {shown}" if shown else ""
    ends = [plain(end * factor) for end in (low, high) if end is not None]
    if low is not None and high is not None:
        limits = " to ".join(ends)
    else:
        limits = "".join(f"{_OPEN[value is not None][low is not None]} {end}" for end in ends)
    if value is None:
        return limits + unit_after
    return f"{bound_sign(bound)}{plain(value * factor)}{unit_after}" + (
        f" ({INTERVALS.get(interval or '', '')}{limits})" if limits else ""
    )


def amount(value: float, unit: str) -> str:
    """Return a dose: '600,000 IU/kg'."""
    return f"{plain(value)} {unit}"


def plain(value: float) -> str:
    """Return a number with up to six significant digits and thousands apart; very large and small ones have an exponent."""
    if value and not 1e-3 <= abs(value) < 1e7:
        return f"{value:.4g}"
    return f"{float(f'{value:.6g}'):,.10g}"


def counted(number: int, one: str, several: str = "") -> str:
    """Return '1 trial' or '3 trials'."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _cell(cell: object) -> str:
    return ("" if cell is None else str(cell)).replace("|", "/").replace("\n", " ").strip()
