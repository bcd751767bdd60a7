"""`python -m satchel.cli`, the same as the console script."""

from satchel.cli import main

if __name__ == "__main__":
    main()
