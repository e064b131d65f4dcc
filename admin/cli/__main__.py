"""`python -m admin.cli COMMAND`, which scripts/manage calls."""

import gc
import sys

if __name__ == "__main__":
    # What the imports make stays, so that looking through it finds nothing; `dispatch` turns the collector on again.
    gc.set_threshold(50_000)
    gc.disable()
    from admin.cli.dispatch import main

    sys.exit(main())
