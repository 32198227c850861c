"""`python -m crawler.replica`: serve the sample world until interrupted."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from crawler.replica.server import ACCESS_MODES, Replica
from crawler.replica.world import load_world


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; 2 when the arguments are wrong."""
    parser = argparse.ArgumentParser(prog="python -m crawler.replica", description="Serve the sample world.")
    parser.add_argument("--world", type=Path, required=True, help="folder with people.jsonl and events.jsonl")
    parser.add_argument("--now", type=datetime.fromisoformat, required=True, help="ISO 8601 with offset")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--wall", action="append", default=[], help="NAME[@ENDPOINT][+N], may be repeated")
    parser.add_argument("--mode", choices=ACCESS_MODES, default="login", help="what the asker may see")
    parser.add_argument("--log", type=Path, help="a line a request")
    parser.add_argument("--fact", action="append", default=[], help="NAME=VALUE, a switch of replica_facts.tsv")
    options = parser.parse_args(arguments)
    if options.now.tzinfo is None:
        parser.error("--now needs an offset, such as +08:00")
    replica = Replica(load_world(options.world), options.now, options.port, options.mode)
    replica.log_path = options.log
    try:
        replica.set_walls(*options.wall)
        replica.set_facts(*options.fact)
    except ValueError as error:
        parser.error(str(error))
    sys.stdout.write(f"replica listening on {replica.url}\n")
    sys.stdout.flush()
    try:
        replica.serve_forever()
    except KeyboardInterrupt:
        replica.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
