"""What commands print.

In charge of: complaints on standard error, in one form. Called by all commands.
"""

from __future__ import annotations

import sys

import typer

from satchel.observe import redact_text


def complain(message: str, hint: str | None = None) -> None:
    """`Error: …` and the hint on standard error, without secrets."""
    typer.secho(f"Error: {redact_text(message)}", err=True, fg=typer.colors.RED)
    if hint:
        typer.echo(f"  {redact_text(hint)}", err=True)


def warn(message: str) -> None:
    """`Warning: …` on standard error."""
    typer.secho(f"Warning: {redact_text(message)}", err=True, fg=typer.colors.YELLOW)


def is_terminal() -> bool:
    """Whether a person can answer questions."""
    return sys.stdin.isatty()
