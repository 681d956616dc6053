"""`python -m simulator`: the command line without the console script."""

from simulator.cli import main

main()
