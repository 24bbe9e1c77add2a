"""Run the command line by ``python -m viva``."""

from viva.cli import main

main()
