"""Curves of a forecast: observables of every patient over time, in memory or in a Zarr store, labelled when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kinecast.trial.outcome import Outcome

if TYPE_CHECKING:
    import xarray

DIMENSIONS = ("arm", "patient", "time", "quantity")
_PATIENTS_A_CHUNK = 1000


@dataclass(frozen=True)
class Curves:
    """Observables (arm, patient, time, quantity), single precision, NaN after death or failure.

    Attributes:
        arms, quantities, units: labels; one unit for each quantity. times: (T,) d.
        by_arm: arm → (N, T, Q), or None when they lie in `path`. path: of the Zarr store.
    """

    arms: tuple[str, ...]
    quantities: tuple[str, ...]
    units: tuple[str, ...]
    times: np.ndarray
    by_arm: Mapping[str, np.ndarray] | None = None
    path: Path | None = None

    @classmethod
    def of(cls, outcomes: Mapping[str, Outcome], units: Mapping[str, str]) -> Curves:
        """Return the curves of all arms."""
        conducted = {arm: one.conducted for arm, one in outcomes.items()}
        first = next(iter(conducted.values()))
        names = first.quantities
        by_arm = {arm: one.curves for arm, one in conducted.items()}
        return cls(tuple(outcomes), names, tuple(units[name] for name in names), first.times, by_arm)

    @cached_property
    def labelled(self) -> xarray.DataArray:
        """The curves with their labels."""
        import xarray

        if self.by_arm is None:
            import zarr

            values = zarr.open_group(self.path, mode="r")["curves"][:]  # type: ignore[index]
            values = np.moveaxis(np.asarray(values), 1, -1)
        else:
            values = np.stack([self.by_arm[arm] for arm in self.arms])
        coordinates = {
            "arm": list(self.arms),
            "patient": np.arange(values.shape[1]),
            "time": ("time", self.times, {"units": "day"}),
            "quantity": list(self.quantities),
            "unit": ("quantity", list(self.units)),
        }
        return xarray.DataArray(values, coords=coordinates, dims=DIMENSIONS, name="curves")

    def write(self, path: Path) -> None:
        """Write a Zarr store (version 2 of the format, which xarray reads): one chunk an arm and quantity."""
        import zarr
        from numcodecs import Blosc

        by_arm = self.by_arm
        if by_arm is None:
            by_arm = {arm: self.labelled.values[index] for index, arm in enumerate(self.arms)}
        size = len(next(iter(by_arm.values())))
        shape = (len(self.arms), len(self.quantities), size, len(self.times))
        group = zarr.open_group(path, mode="w", zarr_format=2)
        compressor = Blosc(cname="lz4", clevel=1, shuffle=Blosc.SHUFFLE)
        rows = min(size, _PATIENTS_A_CHUNK)
        array = group.create_array(
            "curves",
            shape=shape,
            dtype="<f4",
            chunks=(1, 1, rows, len(self.times)),
            compressors=compressor,
            fill_value=float("nan"),
        )
        # chunks are written here: Zarr's threads would go on writing into a folder that is given up because the disk is full
        for index, arm in enumerate(self.arms):
            for column, values in enumerate(np.ascontiguousarray(np.moveaxis(by_arm[arm], -1, 0), dtype="<f4")):
                for number, first in enumerate(range(0, size, rows)):
                    chunk = values[first : first + rows]
                    if len(chunk) < rows:
                        chunk = np.pad(chunk, ((0, rows - len(chunk)), (0, 0)), constant_values=np.nan)
                    (path / "curves" / f"{index}.{column}.{number}.0").write_bytes(compressor.encode(chunk))
        array.attrs["_ARRAY_DIMENSIONS"] = [DIMENSIONS[0], DIMENSIONS[3], DIMENSIONS[1], DIMENSIONS[2]]
        for name, values in (("time", self.times), ("patient", np.arange(size, dtype=np.int32))):
            # without a fill value: xarray would read a 0 that equals it as missing
            group.create_array(name, data=values, fill_value=None).attrs["_ARRAY_DIMENSIONS"] = [name]
        for name, texts in (("arm", self.arms), ("quantity", self.quantities)):
            group.create_array(name, data=np.array(texts, dtype=np.str_)).attrs["_ARRAY_DIMENSIONS"] = [name]
        group.create_array("unit", data=np.array(self.units, dtype=np.str_)).attrs["_ARRAY_DIMENSIONS"] = ["quantity"]
        zarr.consolidate_metadata(path, zarr_format=2)

    @classmethod
    def read(cls, path: Path) -> Curves:
        """Return the curves of a store; the values are read when they are asked for."""
        import zarr

        group = zarr.open_group(path, mode="r")
        arms, quantities, units, times = (np.asarray(group[name][:]) for name in ("arm", "quantity", "unit", "time"))  # type: ignore[index]
        texts = [tuple(str(text) for text in values) for values in (arms, quantities, units)]
        return cls(texts[0], texts[1], texts[2], times, path=path)
