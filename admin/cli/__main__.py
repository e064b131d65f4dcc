"""`python -m admin.cli COMMAND`, which scripts/manage calls."""

import sys

from admin.cli.dispatch import main

if __name__ == "__main__":
    sys.exit(main())
