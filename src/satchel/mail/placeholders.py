"""Placeholders: `{APP_NAME}`, `{TOKEN}`, `{RECORD:name}` and their like in the texts that people write for mails.

In charge of: putting values in their places, escaped where the text is HTML. Not in charge of: which values there are.
Called by features that write mails.

There is no logic in a template, and each place is looked at once: a value that looks like a placeholder stays a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_PLACE = re.compile(r"\{([A-Z][A-Z_]*(?::[\w.-]+)?)\}")


def fill_html(template: str, values: Mapping[str, str]) -> str:
    """The template with escaped values. A placeholder without a value stays as it is written."""
    return _PLACE.sub(lambda found: escape(values[found[1]]) if found[1] in values else found[0], template)


def fill_text(template: str, values: Mapping[str, str]) -> str:
    """The same for text that is no HTML, such as a subject."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)
