"""`houxu forget` and `houxu reveal`: taking words out, and reading them with a reason that is kept."""

from __future__ import annotations

import getpass
from datetime import datetime

import click

from pipeline.cli.options import Installation, at_home, now_option
from pipeline.cli.writing import writing_store
from pipeline.errors import UserError
from pipeline.forgetting import forget_posts
from pipeline.revealing import raw_texts
from pipeline.store.audit import Act, write_act
from pipeline.store.observations import load_posts
from pipeline.times import to_text
from pipeline.understand import mask_words

_by = click.option("--by", default=getpass.getuser, show_default="you", help="谁 / who")
_reason = click.option("--reason", required=True, help="为什么，记入 audit 表 / why; kept in the table audit")


@click.command()
@click.argument("post_ids", nargs=-1, required=True, metavar="POST…")
@_by
@_reason
@at_home
@now_option
def forget(home: Installation, now: datetime, post_ids: tuple[str, ...], by: str, reason: str) -> None:
    """删除帖子的文字和图片，只留指纹 / Take text and pictures of posts out of database and spool.

    What an author deletes is forgotten without asking; this is for a request that reaches you another way.
    """
    _require_reason(reason)
    with writing_store(home, "forget") as store:
        _require_known(set(post_ids), set(load_posts(store, post_ids)))
        forget_posts(store, home.places, post_ids, now)
        for post_id in post_ids:
            write_act(store, Act("forget", post_id, by, to_text(now), mask_words(reason)))
    click.echo(f"{len(post_ids)} 个帖子的文字已删除 / forgotten")


@click.command()
@click.argument("post_id", metavar="POST")
@_by
@_reason
@at_home
@now_option
def reveal(home: Installation, now: datetime, post_id: str, by: str, reason: str) -> None:
    """看一个帖子的原文（含电话、地址） / Read a post's raw text in the spool; who, when and why is kept."""
    _require_reason(reason)
    with writing_store(home, "reveal") as store:
        _require_known({post_id}, set(load_posts(store, [post_id])))
        write_act(store, Act("reveal", post_id, by, to_text(now), mask_words(reason)))
        texts = raw_texts(store, home.places, post_id)
    if not texts:
        raise UserError(f"{post_id}: 原文已不在（保留期已过，或作者已删除）/ the raw text is gone")
    for observed_at, text in texts:
        click.echo(f"── {observed_at}\n{text}")


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise UserError("请写理由，它会记入 audit 表 / say why: the reason is kept in the table audit")


def _require_known(wanted: set[str], known: set[str]) -> None:
    unknown = sorted(wanted - known)
    if unknown:
        raise UserError(f"{unknown[0]}: 没有这个帖子 / no such post")
