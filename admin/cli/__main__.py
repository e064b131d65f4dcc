"""`python -m admin.cli COMMAND`, which scripts/manage calls."""

import gc
import sys

if __name__ == "__main__":
    gc.set_threshold(
        50_000
    )  # what the imports make stays: collecting every 700 objects costs a sixth of a short command
    from admin.cli.dispatch import main

    sys.exit(main())
