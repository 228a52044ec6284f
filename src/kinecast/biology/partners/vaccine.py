"""Vaccines: antigen at a site, shown by dendritic cells, primes more of the progenitors that the patient's tumour has."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def vaccine(agent: str, numbers: Records, records: Records) -> Module:
    """One vaccine.

    shown s = (A/K)/(1 + A/K)·y
    priming gains coverage·potency·response of the patient·s
    maturation of dendritic cells gains maturation·(A/K)/(1 + A/K), where the drug has it

    A is the antigen left in the depot, K the amount at half effect: doses far above K differ little. y are the dendritic cells in
    blood over their rest, which GM-CSF raises (as it raises those that mature in the nodes: both multiply). `potency` is by how
    many times the cells that know the vaccine's antigens grow at full effect (tetramer counts), `coverage` the share of the
    patient's tumour-specific cells that know them: a peptide covers little, whole cells more. The patients of a peptide trial all
    carry the HLA type that it needs.

    How well dendritic cells mature (IL-10), CTLA-4, and how many progenitors a tumour's antigenicity allows are those of
    `immunity`: a vaccine primes nothing where the tumour shows nothing. Most primed cells wait in the pool.

    Arguments:
        agent: the drug's name in equations.
        numbers: coverage, potency, dose_half; maturation where the vaccine secretes GM-CSF.
        records: the response of the patient.

    Sources: doi-10.1158-1078-0432.CCR-0095-03 (how far, and how differently, a peptide raises its T cells).
    """
    module = Module(f"vaccine_{agent}", f"{agent}, its antigen shown")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    antigen = module.read(f"{agent}_depot", numbers["dose_half"].unit) / a.dose_half
    seen = antigen / (1 + antigen)
    shown = module.define(f"{agent}_shown", seen * module.read("dendritic_cells", "1", default=1.0), "1")
    module.contribute("priming_drive", a.coverage * a.potency * p.vaccine_response_of_patient * shown)
    if "maturation" in numbers:
        module.contribute("dendritic_drive", a.maturation * seen)
    return module
