"""`houxu judge`: a person's same / different on two posts."""

from __future__ import annotations

import getpass
import re
from datetime import datetime

import click

from pipeline.cli.options import Installation, at_home, now_option
from pipeline.cli.writing import writing_store
from pipeline.errors import UserError
from pipeline.linking.grouping import Judged
from pipeline.store.links import add_judgement
from pipeline.store.observations import load_posts
from pipeline.times import to_text
from pipeline.understand import mask_words

_POST_ID = re.compile(r"[a-z][a-z0-9_.\-]*:\S+")


@click.command()
@click.argument("judgement", type=click.Choice(["same", "different"]))
@click.argument("left_post_id")
@click.argument("right_post_id")
@click.option("--by", default=getpass.getuser, show_default="you", help="谁判定的 / who judges")
@click.option("--note", default=None, help="依据 / on what grounds")
@at_home
@now_option
def judge(  # noqa: PLR0913, PLR0917 click hands over one argument an option
    home: Installation, now: datetime, judgement: str, left_post_id: str, right_post_id: str, by: str, note: str | None
) -> None:
    """两个帖子是不是同一件事 / Say that two posts are the same case, or are not. It survives every re-clustering.

    Takes effect with the next `houxu process`; the latest judgement on a pair wins.
    """
    left_post_id, right_post_id = sorted((left_post_id, right_post_id))
    if left_post_id == right_post_id:
        raise UserError(f"{left_post_id}: 两边是同一个帖子 / the same post twice")
    for post_id in (left_post_id, right_post_id):
        if not _POST_ID.fullmatch(post_id):
            raise UserError(f"{post_id}: 不是帖子编号，应像 weibo:4751… / not a post's id, such as weibo:4751…")
    with writing_store(home, "judge") as store:
        judged = Judged(left_post_id, right_post_id, is_same=judgement == "same")
        add_judgement(store, judged, by, to_text(now), mask_words(note) if note else note)
        known = load_posts(store, [left_post_id, right_post_id])
    for post_id in (left_post_id, right_post_id):
        if post_id not in known:
            click.echo(f"{post_id}: 还没见过这个帖子，判定等它到 / not seen yet, the judgement waits for it", err=True)
    click.echo("已记下 / noted")
