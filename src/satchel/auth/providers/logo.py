"""The logos of identity providers, drawn by ourselves: a monogram on a tile.

In charge of: their SVG. Not in charge of: which letters and colours. Called by `contract`.
"""

from __future__ import annotations

from html import escape


def monogram(letters: str, color: str) -> str:
    """An inline SVG of 40 by 40: one to three letters on a tile of that colour."""
    size = {1: 24, 2: 19}.get(len(letters), 14)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 40 40">'
        f'<rect width="40" height="40" rx="9" fill="{escape(color)}"/>'
        f'<text x="20" y="20" dy=".36em" text-anchor="middle" fill="#fff" font-family="sans-serif" font-weight="700"'
        f' font-size="{size}">{escape(letters)}</text></svg>'
    )
