"""`python -m visionone_sim`: the twin as a program."""

from visionone_sim.cli import main

main()
