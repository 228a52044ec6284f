"""The command line: `kinecast run`, `rerun`, `list`, `show`. Wrong input ends in one message and exit code 2."""

from __future__ import annotations

import sys
import textwrap

WRONG_INPUT = 2
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 2 wrong input, 130 interrupted."""
    from kinecast.cli.app import app
    from kinecast.errors import KinecastError

    try:
        app(args=arguments, prog_name="kinecast")
    except SystemExit as end:
        if end.code == INTERRUPTED:
            print("kinecast: interrupted.", file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KinecastError as error:
        print(f"kinecast: {error.message}", file=sys.stderr)
        if error.hint:
            print(textwrap.indent(error.hint, "  "), file=sys.stderr)
        return WRONG_INPUT
    return 0
