"""The evaluations of a search on disk: Optuna's journal, a line for each, which survives being cut off in the middle of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.errors import RunError
from kinecast.inference.design.objectives import Direction
from kinecast.runs.store import cannot

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

STUDY = "kinecast design"
_SETTINGS = "settings"


class Journal:
    """Finished evaluations, in order; in memory only, or in a file as well."""

    def __init__(self, study: Study) -> None:
        self._study = study

    @property
    def finished(self) -> list[FrozenTrial]:
        """Every evaluation that is stored, in order."""
        return self._study.get_trials(deepcopy=False)

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        """Store evaluations; each is one write, so that one is there as a whole or not at all."""
        self._study.add_trials(trials)


@contextmanager
def opened(path: Path | None, settings: Mapping[str, Any], directions: Sequence[Direction]) -> Iterator[Journal]:
    """Open the journal of a search, and begin it where there is none.

    Arguments:
        path: of the file (None: in memory). settings: all that decides what is evaluated; a stored search must have the same.

    Raises:
        RunError: a file of another search or of none, a damaged one, or one that another process is writing.
    """
    import optuna
    from optuna.storages import InMemoryStorage, JournalStorage
    from optuna.storages.journal import JournalFileBackend

    if path is None:
        with _quiet():
            yield Journal(_study(InMemoryStorage(), directions))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path), _quiet():
        _mend(path)
        try:
            backend = JournalFileBackend(str(path), lock_obj=_NoLock())  # pyright: ignore[reportArgumentType]
            storage = JournalStorage(backend)
            names = optuna.get_all_study_names(storage)
        except (KeyError, ValueError) as error:
            raise _damaged(path, str(error)) from None
        if names not in ([], [STUDY]):
            raise RunError(f"{path} is the journal of another search: {', '.join(names)}.", "Give a new folder.")
        study = optuna.load_study(study_name=STUDY, storage=storage) if names else _study(storage, directions)
        _same(path, study, settings)
        yield Journal(study)


def _study(storage: Any, directions: Sequence[Direction]) -> Study:
    import optuna

    return optuna.create_study(storage=storage, study_name=STUDY, directions=list(directions))


def _same(path: Path, study: Study, settings: Mapping[str, Any]) -> None:
    """Refuse to go on with a search of other settings; one that was cut off before it wrote any has begun nothing."""
    plain = json.loads(json.dumps(settings))
    stored = study.user_attrs.get(_SETTINGS)
    if stored is None:
        study.set_user_attr(_SETTINGS, plain)
        return
    for name, value in plain.items():
        if stored.get(name) != value and name in ("model", "optuna"):
            what = {"model": "the model was another then", "optuna": f"it was made with Optuna {stored.get(name)}"}[name]
            raise RunError(f"{path.parent} holds a search that cannot be gone on with: {what}.", "Give a new folder.")
        if stored.get(name) != value:
            shown = "" if len(f"{stored.get(name)}{value}") > 100 else f": {stored.get(name)}, now {value}"
            message = f"{path.parent} holds a search with other settings: {name}{shown}."
            raise RunError(message, "Repeat those settings to go on with it, or give a new folder.")


def _mend(path: Path) -> None:
    """Cut off what a killed process left of its last line, so that the next one does not follow in the same line."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or "op_code" not in entry:
            raise _damaged(path, f"line {number}")
    if whole != content:
        with path.open("r+b") as file:
            file.truncate(len(whole))


def _damaged(path: Path, what: str) -> RunError:
    return RunError(f"{path} cannot be read: {what}.", "Was it changed by hand? Give a new folder.")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the journal for one process: the system lets go of it however that process ends."""
    try:
        import fcntl
    except ImportError:  # where there are no such locks nobody is kept out
        yield
        return
    try:
        file = path.open("ab")
    except OSError as error:
        raise cannot(path.parent, error) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError(f"{path.parent}: another search is writing there.", "Wait for it, or give another folder.") from None
        yield


class _NoLock:
    """A lock for Optuna that does nothing: `_alone` holds the file, and leaves no lock behind when a process is killed."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        return None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from telling every step."""
    from optuna import logging

    before = logging.get_verbosity()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(before)
