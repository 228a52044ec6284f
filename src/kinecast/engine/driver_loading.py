"""The integration loop compiled by numba, once for every model, and kept between processes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from kinecast.engine import storage

_lock = threading.Lock()


def load_driver() -> Callable[..., None]:
    """`driver.integrate`, compiled (a few seconds, the first time ever) or taken from the cache."""
    with _lock:
        return _load()


@cache
def _load() -> Callable[..., None]:
    import numba
    from numba.core import config as numba_config

    from kinecast.engine import driver

    def compiled(cached: bool) -> Callable[..., None]:
        return numba.njit(_signature(), nogil=True, error_model="numpy", cache=cached)(driver.integrate)

    config: Any = numba_config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(storage.cache_directory() / "driver" / _sources_digest())
    try:
        return compiled(cached=True)
    except Exception:
        # Whatever is wrong with the cache (a folder that cannot be written, a damaged index), the run goes on without it.
        return compiled(cached=False)
    finally:
        config.CACHE_DIR = before


def _signature() -> Any:
    from numba import typeof, types

    from kinecast.engine.step import plan_layout

    layout = typeof(plan_layout(lanes=1, states=1, inputs=0, factors=1))
    numbers, counts = types.Array(types.float64, 1, "C"), types.Array(types.int64, 1, "C")
    table, count_table = types.Array(types.float64, 2, "C"), types.Array(types.int64, 2, "C")
    cube = types.Array(types.float64, 3, "C")
    return types.void(
        types.uintp, layout, table, counts, counts, types.float64, types.int64,
        table, count_table, table, table, count_table,
        numbers, counts, counts, table, numbers, cube,
    )  # fmt: skip


def _sources_digest() -> str:
    """Numba looks at the loop's own file only; the constants it reads from its neighbours are part of the compiled code too."""
    folder = Path(__file__).parent
    content = b"".join(
        storage.read(folder / name) or b"" for name in ("driver.py", "rosenbrock.py", "events.py", "status.py", "records.py")
    )
    return hashlib.sha256(content).hexdigest()[:16]
