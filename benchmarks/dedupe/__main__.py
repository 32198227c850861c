"""`python -m benchmarks.dedupe quality|scale|incremental|lookup|persist|real`: prints tables.

`quality --peer-python PYTHON` adds peers; `--picture FILE.svg` draws the table of quality or scale (extra `analyst`);
`real POSTS.jsonl PAIRS.tsv [POSTS.jsonl PAIRS.tsv]` holds linking against
pairs that share a phone, with phones masked and used; `persist --db STORE` imports new posts into a store, which stays
changed, and times linking them alone. Processor time unless wall is said.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.dedupe.contest import compete
from benchmarks.dedupe.generate import corpus
from benchmarks.dedupe.growth import show_incremental, show_lookups, show_scale
from benchmarks.dedupe.persisting import show_persisting
from benchmarks.dedupe.pictures import draw_growth, draw_recalls
from benchmarks.dedupe.real import measure_real


def read_arguments() -> argparse.Namespace:
    """The table and its options."""
    parser = argparse.ArgumentParser(prog="benchmarks.dedupe", description=__doc__)
    tables = parser.add_subparsers(dest="table", required=True)
    for name in ("quality", "scale", "incremental", "lookup"):
        table = tables.add_parser(name)
        table.add_argument("--n", type=int, default=20_000, help="posts; for scale the largest of four sizes")
        table.add_argument("--seed", type=int, default=1)
        table.add_argument("--family", choices=("a", "b"), default="a", help="b and seeds from 7 on are held out")
        table.add_argument("--time-limit", type=float, default=300.0, help="seconds for each process")
    for name in ("quality", "scale"):
        tables.choices[name].add_argument("--picture", type=Path, help="draw it as well")
    tables.choices["incremental"].add_argument("--new", type=int, default=2_000)
    quality = tables.choices["quality"]
    quality.add_argument("--peer-python", default="", help="an interpreter with datasketch, rensa, rjieba")
    quality.add_argument("--rounds", type=int, default=1)
    persist = tables.add_parser("persist")
    persist.add_argument("--db", type=Path, required=True, help="a copy of a store: posts are added to it")
    persist.add_argument("--new", type=int, default=10_000)
    persist.add_argument("--seed", type=int, default=1, help="another one for each run on the same store")
    persist.add_argument("--profile", action="store_true")
    real = tables.add_parser("real")
    real.add_argument("paths", type=Path, nargs="+", help="POSTS.jsonl PAIRS.tsv, one pair or more")
    return parser.parse_args()


def main() -> None:
    """Run one table."""
    options = read_arguments()
    if options.table == "real":
        measure_real(options.paths)
    elif options.table == "persist":
        show_persisting(options.db, options.new, options.seed, options.profile)
    elif options.table == "quality":
        posts = corpus(options.n, options.seed, options.family)
        recalls = compete(posts, options.peer_python, options.rounds, options.time_limit)
        if options.picture:
            draw_recalls(recalls, options.n, options.picture)
    elif options.table == "scale":
        grown = show_scale(options.n, options.seed, options.family, options.time_limit)
        if options.picture:
            draw_growth(grown, options.picture)
    elif options.table == "incremental":
        show_incremental(options.n, options.new, options.seed, options.family)
    else:
        show_lookups(options.n, options.seed, options.family)


if __name__ == "__main__":
    main()
