"""The page around the inside of every mail.

In charge of: its HTML and style, which mail programs get with every mail. Not in charge of: what the mail says. Called
by `message`.
"""

from __future__ import annotations

_STYLE = """\
body { margin: 0; padding: 24px 32px; background: #fff; color: #1b1d22;
  font: 15px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
p { margin: 12px 0; }
small { font-size: 12px; }
hr { border: 0; height: 1px; background: #e3e6ea; margin: 16px 0; }
a { color: inherit; }
.btn { display: inline-block; min-width: 140px; padding: 10px 22px; border-radius: 6px; background: #1b1d22;
  color: #fff !important; font-weight: bold; text-align: center; text-decoration: none; }
.hidden { display: none; }
"""

_HEAD = (
    '<!DOCTYPE html>\n<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n' + _STYLE + "</style>\n</head>\n"
)


def page(inside: str) -> str:
    """The whole document."""
    return f"{_HEAD}<body>\n{inside}\n</body>\n</html>\n"
