"""LLVM IR to machine code of this processor, kept as object files between runs."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from kinecast.engine import storage

DIGEST_SIZE = 32
ALIGNMENT = 64
"""Bytes: a cache line, and the widest vector."""


class NativeCode:
    """Machine code in memory; `address(name)` stays valid while this object lives."""

    def __init__(self, object_code: bytes) -> None:
        _initialize()
        # An engine owns the machine it is given, so each gets its own.
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(object_code))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Address of a public function."""
        return self._engine.get_function_address(name)


def compile_native(ir: str, cache: Path | None = None) -> NativeCode:
    """Compile a module, or take it from `cache` (by default the user's cache directory)."""
    _initialize()
    directory = storage.cache_directory() if cache is None else Path(cache)
    identity = (ir, llvm.get_host_cpu_name(), _features(), llvmlite.__version__, str(llvm.llvm_version_info))
    path = directory / "kernels" / (hashlib.sha256("|".join(identity).encode()).hexdigest()[:40] + ".o")
    object_code = _checked(storage.read(path))
    if object_code is None:
        object_code = _object_code(ir)
        storage.write(path, hashlib.sha256(object_code).digest() + object_code)
    return NativeCode(object_code)


def aligned(*shape: int) -> np.ndarray:
    """Zeros that begin where vectors and cache lines do."""
    size = math.prod(shape)
    memory = np.zeros(size + ALIGNMENT // 8)
    start = -memory.ctypes.data % ALIGNMENT // 8
    return memory[start : start + size].reshape(shape)


def vector_lanes() -> int:
    """Doubles in the widest vector that this processor computes with at full speed."""
    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        return 8
    return 4 if features.get("avx2") else 2


def _checked(content: bytes | None) -> bytes | None:
    """Object code without its digest, or None when there is none or it is damaged: LLVM aborts the process on a bad object."""
    if content is None or hashlib.sha256(content[DIGEST_SIZE:]).digest() != content[:DIGEST_SIZE]:
        return None
    return content[DIGEST_SIZE:]


def _object_code(ir: str) -> bytes:
    module = llvm.parse_assembly(ir)
    module.verify()
    return _machine().emit_object(module)


def _machine() -> llvm.TargetMachine:
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=_features(), opt=1)


def _features() -> str:
    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        features["prefer-256-bit"] = False
    return features.flatten()


def _initialize() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
