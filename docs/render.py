"""Write the reference pages of the documentation from the records and the network: `python docs/render.py [--check]`.

Nothing in docs/reference is typed by hand; `--check` (and a test) says which pages no longer agree with the records.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from rendering.agents import agent_pages
from rendering.diseases import disease_pages
from rendering.holdings import holdings_page
from rendering.model import citation_page, equation_page, parameter_page
from rendering.trials import trial_pages

HERE = Path(__file__).parent / "reference"


def pages() -> dict[str, str]:
    """File name in docs/reference → text of every page."""
    written = {**agent_pages(), **disease_pages(), **trial_pages()}
    written |= {"parameters.md": parameter_page(), "equations.md": equation_page(), "citations.md": citation_page()}
    written["catalogue.md"] = holdings_page()
    return {name: text.rstrip("\n") + "\n" for name, text in written.items()}


def differing(texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return which pages are not as the records say, and which are there although no record asks for them."""
    changed = [name for name, text in texts.items() if not (HERE / name).exists() or (HERE / name).read_text("utf-8") != text]
    there = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*.md")}
    return changed, sorted(there - set(texts))


def main() -> int:
    """Write the pages and remove those that no record asks for, or with --check list them."""
    texts = pages()
    changed, stale = differing(texts)
    if "--check" in sys.argv[1:]:
        for said, names in (("out of date", changed), ("of no record", stale)):
            if names:
                print(f"{said}, run python docs/render.py:", ", ".join(names))
        return 1 if changed or stale else 0
    for name in changed:
        (HERE / name).parent.mkdir(parents=True, exist_ok=True)
        (HERE / name).write_text(texts[name], encoding="utf-8")
    for name in stale:
        (HERE / name).unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
