"""The command line as a module: python -m akuttsim."""

from __future__ import annotations

from akuttsim.cli import main

if __name__ == "__main__":
    main()
