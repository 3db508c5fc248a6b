"""`python -m flaskgrade`: the command line where no script is on PATH."""

from flaskgrade.cli.main import run

run()
