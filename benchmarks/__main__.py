"""`make bench`: every benchmark of this folder, one after the other, with the commands that print the tables.

Each is a process of its own. `python -m benchmarks --list` shows them; `python -m benchmarks NAME…` runs some.
"""

from __future__ import annotations

import subprocess
import sys

COMMANDS = {
    "extractors": ["-m", "benchmarks.extractors"],
    "status": ["-m", "pipeline.cli", "evaluate", "status", "benchmarks/labelled/status/held.jsonl"],
    "status-speed": ["-m", "benchmarks.status", "speed"],
    "throughput": ["-m", "benchmarks.throughput", "--posts", "100000"],
    "killing": ["-m", "benchmarks.killing", "20"],
    "dedupe-quality": ["-m", "benchmarks.dedupe", "quality", "--n", "100000"],
    "dedupe-incremental": ["-m", "benchmarks.dedupe", "incremental"],
    "dedupe-lookup": ["-m", "benchmarks.dedupe", "lookup"],
    "joining": ["-m", "benchmarks.joining"],
    "ten-nights": ["-m", "benchmarks.ten_nights"],
    "crawl-memory": ["-m", "benchmarks.crawling", "memory"],
    "parse-throughput": ["-m", "benchmarks.parse_throughput"],
    "screenshots": ["-m", "benchmarks.screenshots", "var/screenshots"],
    "screenshots-hostile": ["-m", "benchmarks.screenshots.hostile"],
}


def main() -> None:
    """Run the named benchmarks, or all of them."""
    names = sys.argv[1:]
    if names == ["--list"]:
        print("\n".join(COMMANDS))
        return
    for name in names or COMMANDS:
        print(f"\n== {name}: python {' '.join(COMMANDS[name])}", flush=True)
        subprocess.run([sys.executable, *COMMANDS[name]], check=False)


if __name__ == "__main__":
    main()
