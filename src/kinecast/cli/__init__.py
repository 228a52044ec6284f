"""The command line: `kinecast run`, `rerun`, `list`, `show`, `evidence`, `validate`, `sensitivity`, `explain`, `combine`,
`dish`, `compare`, `design`.

Wrong input ends in one message and exit code 2.
"""

from __future__ import annotations

import errno
import os
import sys
import textwrap

WRONG_INPUT = 2
INTERRUPTED = 130
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE)
"""Errors of the place that is written to, not of this program."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 2 wrong input, 130 interrupted."""
    from kinecast.cli.app import app
    from kinecast.errors import KinecastError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without Greek letters gets '?', not a traceback
            stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue]
    try:
        try:
            app(args=arguments, prog_name="kinecast")
        finally:
            sys.stdout.flush()  # here, and not at exit, where Python would print a traceback
    except SystemExit as end:
        if end.code == INTERRUPTED:
            print("kinecast: interrupted.", file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KinecastError as error:
        print(f"kinecast: {error.message}", file=sys.stderr)
        if error.hint:
            print(textwrap.indent(error.hint, "  "), file=sys.stderr)
        return WRONG_INPUT
    except OSError as error:
        if error.errno not in FULL:
            raise
        _silence()
        if error.errno == errno.EPIPE:  # the reader has left, such as `head`
            return 1
        print(f"kinecast: cannot write: {os.strerror(error.errno)}.", file=sys.stderr)
        return WRONG_INPUT
    return 0


def _silence() -> None:
    """Let what standard output still holds go nowhere; otherwise Python tries to write it once more at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
