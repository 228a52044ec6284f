"""The command line: `kinecast run`, `rerun`, `list`, `show`. Wrong input ends in one message and exit code 2."""

from __future__ import annotations

import errno
import os
import sys
import textwrap


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 2 wrong input, 130 interrupted."""
    from kinecast.cli.app import app
    from kinecast.errors import KinecastError

    try:
        app(args=arguments, prog_name="kinecast")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KinecastError as error:
        print(f"kinecast: {error.message}", file=sys.stderr)
        if error.hint:
            print(textwrap.indent(error.hint, "  "), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("kinecast: interrupted; nothing was written.", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: the rest goes nowhere, quietly
    return 0
