"""`python -m kinecast` is the command `kinecast`."""

import sys

from kinecast.cli import main

sys.exit(main())
