"""``python -m codex_jupyter.server`` is the command ``codex-jupyter``."""

import sys

from .cli import main

sys.exit(main())
