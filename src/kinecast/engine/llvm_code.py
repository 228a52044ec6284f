"""LLVM IR, one <W x double> operation a line; exp and log are written out on bit patterns.

No instruction carries a fast-math flag and every fused multiply-add is asked for by name, so the result of each lane is fixed to
the last bit by IEEE 754, whatever the processor, the number of lanes and the optimiser.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import zip_longest

from kinecast.engine.elementary import EXP_TAYLOR, LN2_HIGH, LN2_LOW, LOG2_E, LOG_TAIL

SHIFTER = 6755399441055744.0
"""1.5·2^52: adding it rounds to an integer, which is then in the low bits."""
SHIFTER_BITS = 0x4338000000000000
ONE_BITS = 0x3FF0000000000000
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
MANTISSA_BITS = 0x000FFFFFFFFFFFFF

LOG2_SERIES = (
    0.2429367297326691,
    0.2614424263565568,
    0.3206164484983649,
    0.4121984011270004,
    0.5770780172526829,
    0.9617966939243185,
    2.885390081777927,
)
"""log2((1+s)/(1−s))/s in powers of s², highest first: minimax by Remez's exchange, error 5e-16 for 1+f from √½ to √2."""
EXP2_SERIES = (
    7.037318285107194e-09,
    1.0208537294147603e-07,
    1.3215662601690083e-06,
    1.525265811990087e-05,
    0.00015403529961607488,
    0.0013333558228555492,
    0.0096181291080342,
    0.05550410866445887,
    0.24022650695908768,
    0.6931471805599497,
    1.0,
)
"""2^r in powers of r, highest first: minimax by Remez's exchange, relative error 2e-16 for |r| ≤ ½."""


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
        return self.first_lane(self.line(f"insertelement {self.vector} poison, double {scalar}, i32 0"))

    def first_lane(self, a: str) -> str:
        """The value of the first lane in every lane."""
        return self.line(f"shufflevector {self.vector} {a}, {self.vector} poison, <{self._lanes} x i32> zeroinitializer")

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
        return self._scaled(self.polynomial(EXP_TAYLOR, r), shifted)

    def log(self, a: str) -> str:
        """Natural logarithm of a positive finite value, else NaN."""
        positive = self.compare("ogt", a, self.number(0.0))
        k, f, s = self._split(a)
        z = self.mul(s, s)
        tail = self.mul(z, self.polynomial(LOG_TAIL, z))
        half = self.mul(self.mul(f, f), self.number(0.5))
        low = self.fma(s, self.add(half, tail), self.mul(k, self.number(LN2_LOW)))
        result = self.fma(k, self.number(LN2_HIGH), self.neg(self.sub(self.sub(half, low), f)))
        return self.select(positive, self._finite_as(a, result), self.number(float("nan")))

    def power(self, a: str, b: str) -> str:
        """a^b for a positive finite a, NaN for one that is not finite: 2^(b·log2 a), cut to 2^−1021 … 2^1023."""
        k, _, s = self._split(a)
        exponent = self.mul(b, self.fma(s, self.polynomial(LOG2_SERIES, self.mul(s, s)), k))
        x = self.clip(self._finite_as(a, exponent), -1021.0, 1023.0)
        shifted = self.add(x, self.number(SHIFTER))
        return self._scaled(self.polynomial(EXP2_SERIES, self.sub(x, self.sub(shifted, self.number(SHIFTER)))), shifted)

    def together(self, calls: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
        """Several operations that do not need one another, their instructions in turn: the processor has one for each wait."""
        first = len(self.lines)
        results, chains = [], []
        for operation, arguments in calls:
            start = len(self.lines)
            results.append(getattr(self, operation)(*arguments))
            chains.append(self.lines[start:])
        self.lines[first:] = [line for turn in zip_longest(*chains) for line in turn if line is not None]
        return results

    def _split(self, a: str) -> tuple[str, str, str]:
        """k, f, and s = f/(2 + f) of a = 2^k·(1 + f) with 1 + f from √½ to √2."""
        centred = self._integer("add", self._bits(a), ONE_BITS - SQRT_HALF_BITS)
        exponent = self._integer("sub", self._integer("lshr", centred, 52), ONE_BITS >> 52)
        mantissa = self._integer("add", self._integer("and", centred, MANTISSA_BITS), SQRT_HALF_BITS)
        k = self.sub(self._double(self._integer("add", exponent, SHIFTER_BITS)), self.number(SHIFTER))
        f = self.sub(self._double(mantissa), self.number(1.0))
        return k, f, self.div(f, self.add(f, self.number(2.0)))

    def _finite_as(self, a: str, result: str) -> str:
        """A result that is NaN where `a` is not finite."""
        return self.add(result, self.sub(a, a))

    def _scaled(self, value: str, shifted: str) -> str:
        """value·2^n, where `shifted` = n + SHIFTER."""
        exponent = self._integer("shl", self._bits(shifted), 52)
        return self._double(self.line(f"add {self.integers} {self._bits(value)}, {exponent}"))

    def loop(self, count: int | str, body: Callable[[str, str], str], start: str | None = None) -> str:
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

    def function(self, name: str, *arguments: str, counts: tuple[str, ...] = (), public: bool = False) -> str:
        """The lines as a function of integers and of pointers that do not overlap."""
        declared = [f"i64 %{count}" for count in counts] + [f"ptr noalias nocapture %{argument}" for argument in arguments]
        linkage = "" if public else "internal "
        body = "\n".join(self.lines)
        return f"define {linkage}void @{name}({', '.join(declared)}) #0 {{\nentry:\n{body}\nret void\n}}\n"

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
