"""`python -m satchel`: the same as the command `satchel`, where its script is not on the path."""

from satchel.cli import main

if __name__ == "__main__":
    main()
