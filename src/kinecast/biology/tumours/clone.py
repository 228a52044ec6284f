"""A leukaemia: one clone that fills the marrow, and the blood count that follows from what it leaves."""

from __future__ import annotations

from kinecast.biology.survival import death, toxic_death
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, exp, log


def clone(records: Records, disease: Records) -> Module:
    """The clone holds a share b = e^s of the marrow; the blood count n is over its normal value.

    s' = g·(1 - b) - direct·b/(b + niche)
    n' = k·(normal·(1 - b) + excess·b/(1 + maturation·I) - n)
    hazard of death' = h_0 + frailty·h_max·b

    `direct` is the total `direct_killing`. Cells in niches of the marrow are spared: killing is half when the share has fallen
    to the niche's, which differs between patients, and so few of them are rid of the last cells. `excess` is the count that a
    marrow full of the clone would give: 0 where the clone crowds out the normal cells (hairy cell leukaemia), many times the
    normal one where it pours its own into the blood (chronic myeloid leukaemia). There interferon (I, its effect, 0 without
    it) restrains the making of blood cells long before the clone's share falls: counts are normal while every dividing cell
    still carries the Philadelphia chromosome.

    Responses are judged on n and b with limits that are records of the disease (`kinecast.trial.haematological`).
    """
    module = Module("clone", "Leukaemic clone in the marrow")
    p = Symbols(module, records)
    d = Symbols(module, disease)
    log_share = module.state("clone_log_share", "1", initial=log(d.share_at_start), scale=1.0)
    share = module.define("clone_share", exp(log_share), "1")
    spared = share / (share + d.niche_share)
    module.reaction("growth", {log_share: 1}, d.growth_rate * d.growth_of_clone * (1 - share))
    module.reaction("killing", {log_share: -1}, module.total("direct_killing", "1/d") * spared)

    effect = module.read("interferon_effect", "1", default=0.0)
    excess = d.excess_count / (1 + d.maturation * effect)
    start = d.normal_count * (1 - d.share_at_start) + d.excess_count * d.share_at_start
    count = module.state("blood_count", "1", initial=start, scale=0.1)
    module.reaction("count", {count: 1}, p.count_turnover * (d.normal_count * (1 - share) + excess * share - count))
    death(module, p.background_death + d.frailty_of_clone * d.death_rate_max * share)
    toxic_death(module, p)
    return module
