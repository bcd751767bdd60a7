"""What commands print.

In charge of: complaints, warnings and rows, in one form, with colours where a terminal shows them. Called by all
commands. The library for it is imported when something is printed: a server that starts well does not need it.
"""

from __future__ import annotations

import sys

from satchel.observe import redact_text


def _print(label: str, text: str, style: str, *, to_errors: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    # Text, not markup: a bracket in a message is a bracket. Soft wrap: what is copied has no line breaks of ours.
    console = Console(stderr=to_errors, highlight=False, soft_wrap=True)
    console.print(Text.assemble((label, style), text))


def complain(message: str, hint: str | None = None) -> None:
    """`Error: …` and the hint on standard error, without secrets."""
    _print("Error: ", redact_text(message), "bold red", to_errors=True)
    if hint:
        _print("  ", redact_text(hint), "", to_errors=True)


def warn(message: str) -> None:
    """`Warning: …` on standard error."""
    _print("Warning: ", redact_text(message), "bold yellow", to_errors=True)


def heading(text: str) -> None:
    """A heading on standard output, after an empty line."""
    _print("\n" + text, "", "bold", to_errors=False)


def row(label: str, text: str) -> None:
    """`  label      text` on standard output."""
    _print(f"  {label:<10} ", text, "cyan", to_errors=False)


def is_terminal() -> bool:
    """Whether a person can answer questions."""
    return sys.stdin.isatty()
