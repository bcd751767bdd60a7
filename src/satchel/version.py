"""The version number, on its own so that any room may read it without importing the whole program.

In charge of: `VERSION`. Read by the build, `satchel --version`, `/server/info` and the logs.
"""

VERSION = "0.1.0"
