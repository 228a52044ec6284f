"""LLVM IR, one <W x double> operation a line; exp and log are written out on bit patterns.

No instruction carries a fast-math flag and every fused multiply-add is asked for by name, so the result of each lane is fixed to
the last bit by IEEE 754, whatever the processor, the number of lanes and the optimiser.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from kinecast.engine.elementary import EXP_TAYLOR, LN2_HIGH, LN2_LOW, LOG2_E, LOG_EVEN, LOG_ODD

SHIFTER = 6755399441055744.0
"""1.5·2^52: adding it rounds to an integer, which is then in the low bits."""
SHIFTER_BITS = 0x4338000000000000
ONE_BITS = 0x3FF0000000000000
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
MANTISSA_BITS = 0x000FFFFFFFFFFFFF


class LlvmCode:
    """Lines of one LLVM function whose arguments are pointers to vectors; implements `emission.Code`.

    Arguments:
        lanes: number of patients in a vector.

    Attributes:
        arrays: pointer of each named array that is not an argument of the function.
    """

    def __init__(self, lanes: int) -> None:
        self.lines: list[str] = []
        self.arrays: dict[str, str] = {}
        self.vector = f"<{lanes} x double>"
        self.integers = f"<{lanes} x i64>"
        self.booleans = f"<{lanes} x i1>"
        self._lanes = lanes
        self._block = "entry"

    def line(self, text: str) -> str:
        """Add an instruction that gives a value; return the value's name."""
        name = f"%v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def number(self, value: float) -> str:
        """The same number in every lane."""
        bits = struct.unpack("<Q", struct.pack("<d", value))[0]
        return "<" + ", ".join([f"double 0x{bits:016X}"] * self._lanes) + ">"

    def address(self, array: str, index: int | str) -> str:
        """Pointer to a vector of an array."""
        pointer = self.arrays.get(array, f"%{array}")
        return self.line(f"getelementptr inbounds {self.vector}, ptr {pointer}, i64 {index}")

    def load(self, array: str, index: int | str) -> str:
        """Vector `index` of an array."""
        return self.line(f"load {self.vector}, ptr {self.address(array, index)}, align {8 * self._lanes}")

    def store(self, array: str, index: int | str, value: str) -> None:
        """Write vector `index` of an array."""
        self.lines.append(f"store {self.vector} {value}, ptr {self.address(array, index)}, align {8 * self._lanes}")

    def load_scalar(self, array: str, index: int | str) -> str:
        """Number `index` of an array, in every lane."""
        pointer = self.arrays.get(array, f"%{array}")
        scalar = self.line(f"load double, ptr {self.line(f'getelementptr inbounds double, ptr {pointer}, i64 {index}')}, align 8")
        first = self.line(f"insertelement {self.vector} poison, double {scalar}, i32 0")
        return self.line(f"shufflevector {self.vector} {first}, {self.vector} poison, <{self._lanes} x i32> zeroinitializer")

    def add(self, a: str, b: str) -> str:
        """a + b."""
        return self.line(f"fadd {self.vector} {a}, {b}")

    def sub(self, a: str, b: str) -> str:
        """a − b."""
        return self.line(f"fsub {self.vector} {a}, {b}")

    def mul(self, a: str, b: str) -> str:
        """a · b."""
        return self.line(f"fmul {self.vector} {a}, {b}")

    def neg(self, a: str) -> str:
        """−a."""
        return self.line(f"fneg {self.vector} {a}")

    def inv(self, a: str) -> str:
        """1 / a."""
        return self.div(self.number(1.0), a)

    def div(self, a: str, b: str) -> str:
        """a / b."""
        return self.line(f"fdiv {self.vector} {a}, {b}")

    def fma(self, a: str, b: str, c: str) -> str:
        """a·b + c with one rounding."""
        v = self.vector
        return self.line(f"call {v} @llvm.fma.v{self._lanes}f64({v} {a}, {v} {b}, {v} {c})")

    def abs(self, a: str) -> str:
        """|a|."""
        return self.line(f"call {self.vector} @llvm.fabs.v{self._lanes}f64({self.vector} {a})")

    def compare(self, relation: str, a: str, b: str) -> str:
        """Booleans of an ordered comparison such as `ogt`: false where either is NaN."""
        return self.line(f"fcmp {relation} {self.vector} {a}, {b}")

    def select(self, condition: str, a: str, b: str) -> str:
        """Lane by lane a where the condition holds, else b."""
        return self.line(f"select {self.booleans} {condition}, {self.vector} {a}, {self.vector} {b}")

    def where(self, condition: str, positive: str, otherwise: str) -> str:
        """`positive` where condition > 0, else `otherwise`."""
        return self.select(self.compare("ogt", condition, self.number(0.0)), positive, otherwise)

    def clip(self, a: str, low: float, high: float) -> str:
        """A value between two numbers; NaN stays."""
        a = self.select(self.compare("olt", a, self.number(low)), self.number(low), a)
        return self.select(self.compare("ogt", a, self.number(high)), self.number(high), a)

    def polynomial(self, coefficients: tuple[float, ...], x: str) -> str:
        """Horner's scheme, highest power first."""
        result = self.number(coefficients[0])
        for coefficient in coefficients[1:]:
            result = self.fma(result, x, self.number(coefficient))
        return result

    def exp(self, a: str) -> str:
        """e^a for a cut to −708 … 709: 2^n · e^r with |r| ≤ ln(2)/2."""
        x = self.clip(a, -708.0, 709.0)
        shifted = self.fma(x, self.number(LOG2_E), self.number(SHIFTER))
        n = self.sub(shifted, self.number(SHIFTER))
        r = self.fma(n, self.number(-LN2_HIGH), x)
        r = self.fma(n, self.number(-LN2_LOW), r)
        result = self._bits(self.polynomial(EXP_TAYLOR, r))
        exponent = self._integer("shl", self._bits(shifted), 52)
        return self._double(self.line(f"add {self.integers} {result}, {exponent}"))

    def log(self, a: str) -> str:
        """Natural logarithm of a positive finite value, else NaN."""
        positive = self.compare("ogt", a, self.number(0.0))
        finite = self.compare("olt", a, self.number(float("inf")))
        centred = self._integer("add", self._bits(a), ONE_BITS - SQRT_HALF_BITS)
        exponent = self._integer("sub", self._integer("lshr", centred, 52), ONE_BITS >> 52)
        mantissa = self._integer("add", self._integer("and", centred, MANTISSA_BITS), SQRT_HALF_BITS)
        k = self.sub(self._double(self._integer("add", exponent, SHIFTER_BITS)), self.number(SHIFTER))
        f = self.sub(self._double(mantissa), self.number(1.0))
        s = self.div(f, self.add(f, self.number(2.0)))
        z = self.mul(s, s)
        w = self.mul(z, z)
        tail = self.fma(z, self.polynomial(LOG_EVEN, w), self.mul(w, self.polynomial(LOG_ODD, w)))
        half = self.mul(self.mul(f, f), self.number(0.5))
        low = self.fma(s, self.add(half, tail), self.mul(k, self.number(LN2_LOW)))
        result = self.fma(k, self.number(LN2_HIGH), self.neg(self.sub(self.sub(half, low), f)))
        result = self.select(positive, result, self.number(float("nan")))
        return self.select(finite, result, self.number(float("nan")))

    def loop(self, count: int, body: Callable[[str, str], str], start: str | None = None) -> str:
        """Repeat `total = body(index, total)` for index 0 … count − 1, with total first `start` (zero); return the last total."""
        label = f"loop{len(self.lines)}"
        index, total = f"%{label}.index", f"%{label}.total"
        self.lines += [f"br label %{label}", f"{label}:", f"{index} = phi i64 [0, %{self._block}], [{index}.next, %{label}]"]
        header = len(self.lines)
        self.lines.append("")
        result = body(index, total)
        before = start or self.number(0.0)
        self.lines[header] = f"{total} = phi {self.vector} [{before}, %{self._block}], [{result}, %{label}]"
        self.lines += [
            f"{index}.next = add nuw nsw i64 {index}, 1",
            f"{index}.more = icmp ult i64 {index}.next, {count}",
            f"br i1 {index}.more, label %{label}, label %{label}.done",
            f"{label}.done:",
        ]
        self._block = f"{label}.done"
        return result

    def call(self, function: str, *pointers: str) -> None:
        """Call a function of pointers."""
        self.lines.append(f"call void @{function}({', '.join('ptr ' + pointer for pointer in pointers)})")

    def function(self, name: str, *arguments: str, public: bool = False) -> str:
        """The lines as a function of pointers that do not overlap."""
        declared = ", ".join(f"ptr noalias nocapture %{argument}" for argument in arguments)
        linkage = "" if public else "internal "
        body = "\n".join(self.lines)
        return f"define {linkage}void @{name}({declared}) #0 {{\nentry:\n{body}\nret void\n}}\n"

    def _bits(self, a: str) -> str:
        return self.line(f"bitcast {self.vector} {a} to {self.integers}")

    def _double(self, a: str) -> str:
        return self.line(f"bitcast {self.integers} {a} to {self.vector}")

    def _integer(self, operation: str, a: str, b: int) -> str:
        same = "<" + ", ".join([f"i64 {b}"] * self._lanes) + ">"
        return self.line(f"{operation} {self.integers} {a}, {same}")


def module(lanes: int, functions: list[str]) -> str:
    """A whole module: declarations, functions and their attributes."""
    v = f"<{lanes} x double>"
    width = f'"prefer-vector-width"="{64 * lanes}" "min-legal-vector-width"="{64 * lanes}"'
    return "\n".join(
        [
            "@_fltused = global i32 0",
            f"declare {v} @llvm.fma.v{lanes}f64({v}, {v}, {v})",
            f"declare {v} @llvm.fabs.v{lanes}f64({v})",
            *functions,
            f"attributes #0 = {{ noinline nounwind {width} }}",
        ]
    )
