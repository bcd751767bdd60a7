"""Where commands get a password from.

In charge of: arguments, asking, and standard input. Not in charge of: what makes a good one (`auth`).
"""

from __future__ import annotations

import sys

import typer

from satchel.cli.output import is_terminal


def read_password(given: str | None, *, ask: bool = True) -> str:
    """The password from the argument, the terminal (hidden, twice, unless it may not `ask`) or the first line of
    standard input.
    """
    if given is not None and given != "-":
        return given
    if ask and is_terminal():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise typer.BadParameter("give it as an argument or on standard input.", param_hint="PASSWORD")
    return line
