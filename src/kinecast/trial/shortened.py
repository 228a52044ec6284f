"""Arms of a protocol, followed for fewer days: courses that would begin later are left out."""

from __future__ import annotations

from collections.abc import Iterable

from kinecast.trial.protocol import Protocol, Treatment


def shortened(protocol: Protocol, arms: str | Iterable[str], days: int) -> Protocol:
    """Return one arm of a protocol, or several, followed for so many days: later courses are not begun."""
    content = protocol.as_dict() | {"follow_up": f"{days} days"}
    content["arms"] = {}
    for arm in [arms] if isinstance(arms, str) else arms:
        given = [part for part in (_begun(one, days) for one in protocol.arms[arm]) if part is not None]
        content["arms"][arm] = [one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for one in given]
    return Protocol.read(content)


def _begun(treatment: Treatment, days: int) -> Treatment | None:
    last = treatment.starts[-1] + treatment.cycle_length
    if last >= days:
        return None
    courses = treatment.courses
    if courses is None:
        return treatment
    most = min(courses.most, 1 + int((days - last - 1e-6) // courses.every.canonical))
    return treatment.model_copy(update={"courses": courses.model_copy(update={"most": most})})
