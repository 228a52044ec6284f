"""NONMEM data sets: read into one event table, simulated with NONMEM's meaning of doses, and written back.

Records are worked through in their order. What happens in which order, and which values are in effect:

| when | what |
|---|---|
| parameters between records | the later record's (covariates carried backward, as NONMEM); the earlier's if `carry="forward"` |
| additional and lagged doses at the time of a record | go in before the record, unless that record resets, which cancels them |
| observation | the state after all records above it, so after a bolus in a record above it at the same time |
| dose record | its own output is the state after the dose |
| EVID 2 | nothing but an output and new covariates |
| EVID 3 | state back to its initial value (at the record's parameters); infusions, lagged and additional doses are cancelled |
| EVID 4 | EVID 3, then the dose |
| first record of a patient | state at its initial value; time may begin anywhere |

| dose | amount that arrives | runs for |
|---|---|---|
| RATE = 0 | F·AMT at once | – |
| RATE > 0 | F·AMT | F·AMT/RATE (bioavailability shortens it) |
| RATE = −1 | F·AMT | F·AMT/R, R a parameter of the compartment |
| RATE = −2 | F·AMT at F·AMT/D | D, a parameter of the compartment |
| DUR > 0 (RATE 0 or −2) | F·AMT at F·AMT/DUR | DUR |
| ADDL, II | ADDL more of the same, II apart | as the first |

The lag (ALAG) is that of the dose record, also for its additional doses; F, R and D are those in effect when the dose goes in
(with a time-varying covariate: of the record that ends that interval, or begins it with `carry="forward"`).

| steady state | state at the record |
|---|---|
| SS = 1, lag 0 | as after an endless series of doses II apart; then the dose goes in; all that was, runs or is due is cancelled |
| SS = 1, lag < II | II − lag after a dose of the series went in; the dose itself goes in after the lag |
| SS = 1, lag ≥ II | the same, with the doses that are still on their way: each goes in when its lag is over |
| SS = 1, infusion still running (longer than II, or than II − lag) | each of the overlapping infusions goes on to its own end |
| SS = 1, AMT = 0, RATE > 0 or −1, II = 0 | that of a constant infusion, which ends at the record; neither F nor lag applies |
| SS = 1, AMT = 0, RATE = 0, II = 0 | that without doses |
| SS = 2 | what was there, runs and is due, plus the steady state of the series from an empty body (right for linear models) |
| SS = 3 | as SS = 1, but the search begins from the state at the record, not from the initial one |
| EVID 4 with SS | reset, then as above |
| ADDL with SS | the additional doses follow the last of the series; they are not at steady state again |

A steady state is found by giving doses on the engine until what is left to go is within rtol·|state| + 1e-3·rtol·scale
(`steady.steady_states` says how); a patient in whom 16,384 doses do not reach it fails with the name of the state that still
changes. Not supported, and refused: switching compartments off (negative CMT), output compartments, clock times and dates,
negative ADDL, EVID above 4, and lags or fractions that depend on states.

Sources: NONMEM Users Guide part VIII (help), entries DOSE EVENT RECORD, SS DATA ITEM, SS DOSE EVENT RECORD and CALLFL (ICON plc);
where they leave a question open, NONMEM 7.5.1's output in the `nmtests` collection of Metrum Research Group, with which
`verification/nmtests.py` compares. No output of NONMEM was at hand for a lag of at least II, SS = 3, F and lag of a constant
infusion, and F, R or D that change between a record and its lagged or additional dose: there the table is our reading.
"""

from kinecast.exchange.nonmem.additional import expand_additional
from kinecast.exchange.nonmem.checks import DataSetError
from kinecast.exchange.nonmem.compartments import Compartment
from kinecast.exchange.nonmem.reading import read_nonmem
from kinecast.exchange.nonmem.simulation import simulate
from kinecast.exchange.nonmem.table import EventTable, Kind, event_table
from kinecast.exchange.nonmem.writing import write_nonmem

__all__ = [
    "Compartment",
    "DataSetError",
    "EventTable",
    "Kind",
    "event_table",
    "expand_additional",
    "read_nonmem",
    "simulate",
    "write_nonmem",
]
