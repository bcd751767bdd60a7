"""Reading YAML that somebody sends.

In charge of: plain data only, and no references inside of it, which would let a small text mean a huge value. Called by
the wire and the command line.
"""

from __future__ import annotations

from typing import Any

import yaml

from satchel.errors import InvalidPayload


class _Plain(yaml.SafeLoader):
    """Without aliases; dates stay texts, as in JSON."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):  # pyright: ignore[reportUnknownMemberType]
            raise yaml.YAMLError("references (*name) are not taken")
        return super().compose_node(parent, index)


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: bytes | str) -> Any:
    """The value. Raises InvalidPayload with the parser's words."""
    try:
        return yaml.load(text, Loader=_Plain)
    except yaml.YAMLError as error:
        raise InvalidPayload(f"The YAML can't be read: {' '.join(str(error).split())}") from None
