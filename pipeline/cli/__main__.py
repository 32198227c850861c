"""`python -m pipeline.cli`: the houxu command where its script is not on the path."""

from __future__ import annotations

from pipeline.cli import main

main()
