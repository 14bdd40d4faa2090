"""`python3 -m annotator COMMAND`: makes the environment on first use, then hands over to the command line.

This file and annotator/__init__.py must parse on an old Python, to be able to say that it is too old.
"""

import sys


def main():  # type: () -> None
    if sys.version_info < (3, 11):  # noqa: UP036  (the point of this file)
        sys.exit(
            "Error: Qawl needs Python 3.11 or newer, and this is Python {}.{}. Run the same command with "
            "a newer one, for example: python3.13 -m annotator demo".format(*sys.version_info[:2])
        )
    from annotator.setup import handover

    handover.main(sys.argv[1:])


if __name__ == "__main__":
    main()
