"""A page for each drug, one that small molecules and the like share, and an index."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kinecast import catalog
from kinecast.catalog import Agent
from rendering.agent_sections import doses, how_it_moves, what_it_did, what_it_is, where_it_stands
from rendering.disputes import disputed
from rendering.evidence import measurements_of, observations_of, regimens_of, trial_link
from rendering.markdown import UNRESOLVED, amount, counted, table
from rendering.regimens import given_as

OTHER_FAMILIES = ("chemotherapy", "targeted drug", "hormone", "other")
OTHER_FORMS = ("small molecule", "radiotherapy", "none")
BIOLOGICAL = re.compile(r"cytokine|superkine|complex|immunokine|antibody|vaccine|virus|cells|gene|protein|bacteri|native|fusion")
"""Drugs of such forms, or of such families in a form that is not biological, share a page."""

MOST_TRIALS = 20
"""Trials that the shared page names for a drug."""


def agent_pages() -> dict[str, str]:
    """Return file name → text of the drugs' pages."""
    drugs = list(catalog.agents().values())
    shared = [agent for agent in drugs if is_small(agent)]
    own = {f"agents/{agent.id}.md": _page(agent) for agent in drugs if not is_small(agent)}
    return own | {"agents/other-drugs.md": _other_drugs(shared), "agents/README.md": _index(drugs)}


def is_small(agent: Agent) -> bool:
    """Whether a drug, a partner or a comparator that is no biological, shares a page with others of its kind."""
    return agent.form in OTHER_FORMS or (agent.family in OTHER_FAMILIES and not BIOLOGICAL.search(agent.form))


def agent_link(key: str, up: str = "") -> str:
    """Return a drug's id as a link to its page; the id alone where the catalogue has no record of it."""
    if key not in catalog.agents():
        return key
    place = f"other-drugs.md#{key}" if is_small(catalog.agent(key)) else f"{key}.md"
    return f"[{key}]({up}{place})"


def _page(agent: Agent) -> str:
    sections = {
        "What it is": what_it_is,
        "Where it stands": where_it_stands,
        "How it moves": how_it_moves,
        "What it was given as": given_as,
        "What it did": what_it_did,
        "What is disputed": disputed,
    }
    lines = [f"# {agent.name}", "", *([agent.description, ""] if agent.description else []), _held(agent), ""]
    for heading, section in sections.items():
        lines += [f"## {heading}", "", *section(agent)]
    return "\n".join([*lines, f"{UNRESOLVED} Research use only, not for treatment decisions."])


def _held(agent: Agent) -> str:
    trials, seen, measured = len(_trials(agent)), len(observations_of(agent.id)), len(measurements_of(agent.id))
    held = f"{counted(trials, 'trial')}, {counted(seen, 'observation')} and {counted(measured, 'measurement')} in the catalogue."
    return f"{held} The model of the patient {'has' if agent.simulated else 'lacks'} this drug."


def _trials(agent: Agent) -> list[str]:
    return list(dict.fromkeys(row["trial"] for row in (*regimens_of(agent.id), *observations_of(agent.id))))


def _other_drugs(agents: Sequence[Agent]) -> str:
    said = "Partners, comparators and conditioning, no biologicals. What they did is on the pages of drugs given with them."
    lines = ["# Other drugs", "", said, ""]
    for agent in agents:
        lines += [f"## {agent.id}", "", f"**{agent.name}**, {agent.family}. {agent.description}".rstrip(), ""]
        lines += [f"Also called {', '.join(agent.synonyms)}.", ""] if agent.synonyms else []
        lines += doses(agent)
        if trials := _trials(agent):
            shown, left = trials[:MOST_TRIALS], len(trials) - MOST_TRIALS
            more = f" and {left} more: `kinecast evidence --kind regimens --agent {agent.id}`" if left > 0 else ""
            lines += [f"Given in {', '.join(map(trial_link, shown))}{more}.", ""]
        lines += [*(f"- {note}" for note in agent.notes), ""] if agent.notes else []
    return "\n".join(lines)


def _index(agents: Sequence[Agent]) -> str:
    rows = []
    for agent in sorted(agents, key=lambda one: (is_small(one), one.family, one.id)):
        dose = f"{amount(agent.label_dose.value, agent.label_dose.unit)} {agent.label_dose.route}" if agent.label_dose else ""
        counts = (len(_trials(agent)) or "", len(observations_of(agent.id)) or "")
        rows.append((agent_link(agent.id), agent.family, agent.form, dose, "yes" if agent.simulated else "", *counts))
    head = ("drug", "family", "form", "dose of the label", "in the model", "trials", "observations")
    lines = ["# Drugs", "", "What each is, what it did and what is disputed, rendered from the records.", "", *table(head, rows)]
    without = sorted({row["agent"] for row in catalog.regimens().cells} - set(catalog.agents()))
    return "\n".join([*lines, *([f"Given in trials, without a record here: {', '.join(without)}.", ""] if without else [])])
