"""The plain text of an HTML mail.

In charge of: paragraphs, line breaks, list items, and links as `[text](address)`. Not in charge of: anything else of
HTML; what is not for reading (style, script, head) is left out. Called by `message`.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = re.compile(
    r"address|article|aside|blockquote|d[dlt]|div|footer|form|header|h[r1-6]|li|main|nav|[ou]l|p|pre|section"
    r"|table|tbody|t[dhr]|thead"
)
_UNREAD = frozenset(("head", "script", "style", "template", "title"))
_SPACES = re.compile(r"[ \t\r\n\f\v]+")


def plain_text(html: str) -> str:
    """The text, one line per block, without empty lines."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unread = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread += 1
        elif tag == "br" or _BLOCKS.fullmatch(tag):
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self._links.append(next((value or "" for name, value in attrs if name == "href"), ""))
            self.parts.append("[" if self._links[-1] else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif _BLOCKS.fullmatch(tag):
            self.parts.append("\n")
        elif tag == "a" and self._links:
            target = self._links.pop()
            self.parts.append(f"]({target})" if target else "")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            # The source's own line breaks mean no more than spaces.
            self.parts.append(_SPACES.sub(" ", data))
