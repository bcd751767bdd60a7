"""Draws the pictures of the sample project: `python scripts/sample_images.py`.

Each is a quiet composition of shapes, different for each name and always the same for one; small, because they are part
of the package.
"""

from __future__ import annotations

import colorsys
import hashlib
import itertools
import json
import random
from pathlib import Path
from typing import Any

import pyvips

FOLDER = Path(__file__).parents[1] / "src" / "satchel" / "setup" / "blog"
WIDTH, HEIGHT, FACE = 800, 500, 240
QUALITY = 55


def colour(hue: float, saturation: float, lightness: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def scene(name: str) -> str:
    """Hills below a sun."""
    chance = random.Random(hashlib.sha256(name.encode()).digest())
    hue = chance.random()
    sun = (chance.uniform(0.15, 0.85) * WIDTH, chance.uniform(0.2, 0.45) * HEIGHT, chance.uniform(40, 90))
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colour(hue, 0.45, 0.86)}"/>',
        f'<circle cx="{sun[0]:.0f}" cy="{sun[1]:.0f}" r="{sun[2]:.0f}" fill="{colour(hue + 0.08, 0.7, 0.72)}"/>',
    ]
    for layer in range(4):
        top = HEIGHT * (0.45 + 0.14 * layer)
        points = [(x, top + chance.uniform(-45, 45)) for x in range(-100, WIDTH + 201, 150)]
        path = f"M{points[0][0]} {points[0][1]:.0f}"
        for (x, y), (next_x, next_y) in itertools.pairwise(points):
            path += f" Q{x} {y:.0f} {(x + next_x) / 2:.0f} {(y + next_y) / 2:.0f}"
        path += f" L{WIDTH + 200} {HEIGHT} L-100 {HEIGHT} Z"
        parts.append(f'<path d="{path}" fill="{colour(hue + 0.03 * layer, 0.35, 0.68 - 0.13 * layer)}"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{"".join(parts)}</svg>'


def face(name: str) -> str:
    """Head and shoulders."""
    chance = random.Random(hashlib.sha256(name.encode()).digest())
    hue = chance.random()
    middle = FACE / 2
    skin, hair = (colour(0.07, 0.35, chance.uniform(*bounds)) for bounds in ((0.4, 0.8), (0.12, 0.4)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{FACE}" height="{FACE}">'
        f'<rect width="{FACE}" height="{FACE}" fill="{colour(hue, 0.5, 0.82)}"/>'
        f'<circle cx="{middle}" cy="{FACE * 1.02}" r="{FACE * 0.42}" fill="{colour(hue + 0.5, 0.35, 0.42)}"/>'
        f'<circle cx="{middle}" cy="{FACE * 0.42}" r="{FACE * 0.2}" fill="{skin}"/>'
        f'<path d="M{FACE * 0.3} {FACE * 0.42} A{FACE * 0.2} {FACE * 0.22} 0 0 1 {FACE * 0.7} {FACE * 0.42} '
        f'Q{middle} {FACE * 0.25} {FACE * 0.3} {FACE * 0.42}" fill="{hair}"/></svg>'
    )


def main() -> None:
    rows: list[dict[str, Any]] = next(
        part["rows"] for part in json.loads((FOLDER / "rows.json").read_text())["parts"]
        if part["collection"] == "directus_files"
    )  # fmt: skip
    for row in rows:
        name = row["_file"]
        svg = face(name) if name.startswith("portrait") else scene(name)
        image = pyvips.Image.svgload_buffer(svg.encode())
        image.flatten().webpsave(str(FOLDER / name), Q=QUALITY, effort=6, keep="none")


if __name__ == "__main__":
    main()
