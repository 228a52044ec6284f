"""Python source, one operation a line, for where generated machine code is not available."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence


class PythonCode:
    """Lines of one Python function of sequences of floats; implements `emission.Code`."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> str:
        """Add an assignment; return the name of its value."""
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def number(self, value: float) -> str:
        """A number, exactly."""
        return f"({value!r})" if math.isfinite(value) else f"float('{value!r}')"

    def load(self, array: str, index: int) -> str:
        """Element of a sequence."""
        return f"{array}[{index}]"

    def store(self, array: str, index: int, value: str) -> None:
        """Write an element."""
        self.lines.append(f"{array}[{index}] = {value}")

    def add(self, a: str, b: str) -> str:
        """a + b."""
        return self.line(f"{a} + {b}")

    def sub(self, a: str, b: str) -> str:
        """a − b."""
        return self.line(f"{a} - {b}")

    def mul(self, a: str, b: str) -> str:
        """a · b."""
        return self.line(f"{a} * {b}")

    def neg(self, a: str) -> str:
        """−a."""
        return self.line(f"-{a}")

    def inv(self, a: str) -> str:
        """1 / a; not a number at 0."""
        return self.line(f"1.0 / {a} if {a} else nan")

    def fma(self, a: str, b: str, c: str) -> str:
        """a·b + c, rounded twice here."""
        return self.line(f"{a} * {b} + {c}")

    def exp(self, a: str) -> str:
        """e^a, cut like the generated code's."""
        return self.line(f"exp(min(max({a}, -708.0), 709.0))")

    def log(self, a: str) -> str:
        """Natural logarithm of a positive value, else not a number."""
        return self.line(f"log({a}) if {a} > 0.0 else nan")

    def power(self, a: str, b: str) -> str:
        """a^b for a positive a."""
        return self.exp(self.mul(b, self.log(a)))

    def together(self, calls: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
        """Several operations, one after another."""
        return [getattr(self, operation)(*arguments) for operation, arguments in calls]

    def where(self, condition: str, positive: str, otherwise: str) -> str:
        """`positive` where condition > 0, else `otherwise`."""
        return self.line(f"{positive} if {condition} > 0.0 else {otherwise}")

    def function(self, *arguments: str) -> Callable[..., None]:
        """The lines as a function."""
        source = f"def function({', '.join(arguments)}):\n" + "\n".join("    " + line for line in (*self.lines, "return"))
        names: dict = {"exp": math.exp, "log": math.log, "nan": math.nan}
        exec(source, names)
        return names["function"]
