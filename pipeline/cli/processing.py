"""`houxu process` and `houxu rebuild`: cases and statuses from what is stored."""

from __future__ import annotations

from datetime import datetime

import click

from pipeline.cli.options import Installation, at_home, now_option, progress_printer
from pipeline.cli.writing import writing_store
from pipeline.process import ProcessCounts, process
from pipeline.rebuild import rebuild_store
from pipeline.store.runs import finish_run, finish_step, new_run_id, start_run, unfinished_run


@click.command("process")
@at_home
@now_option
def process_posts(home: Installation, now: datetime) -> None:
    """归并搬运、读取进展、标出过时转发 / Link copies into cases, read the authors' words, mark stale posts.

    Works on what changed since the last time; nothing changed, nothing to do. Cut short, it goes on where it was.
    """
    _run(home, now, "process")


@click.command()
@at_home
@now_option
def rebuild(home: Installation, now: datetime) -> None:
    """从观测重算一切，个案编号不变 / Derive everything again from observations, judgements and verdicts; ids stay."""
    _run(home, now, "rebuild")


def _run(home: Installation, now: datetime, kind: str) -> None:
    with writing_store(home, kind) as store:
        run_id = unfinished_run(store, kind, None) or new_run_id(store, kind, now)
        start_run(store, run_id, kind, now)
        work = rebuild_store if kind == "rebuild" else process
        counts = work(store, home.places, home.settings, now, progress_printer("帖子 / posts"))
        finish_step(store, run_id, kind, now, counts.as_dict())
        finish_run(store, run_id, now, "done", None)
    click.echo(_sentence(counts))


def _sentence(counts: ProcessCounts) -> str:
    totals = counts.totals
    found = f"{totals.matches} 对匹配，{totals.cases} 个个案，{totals.stale} 条过时转发，{totals.reviews} 个个案待核查"
    return f"{counts.posts} 个帖子有变化：{found}\nchanged posts: matches, cases, stale posts, cases to review"
