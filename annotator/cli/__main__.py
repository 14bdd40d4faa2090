"""Lets `python -m annotator.cli` be the command where it is installed already."""

from annotator.cli import main

main()
