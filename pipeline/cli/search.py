"""`houxu search`: posts that hold the words."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict

import click

from pipeline.cli.options import Installation, at_home, json_option
from pipeline.store.database import read_store
from pipeline.store.search import Hit, Page, find_posts
from pipeline.times import from_text_or_none
from pipeline.words import ROLE_ZH, STATUS_ZH, beijing

_AROUND = 24


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="最多列几条 / list at most this many"
)
@at_home
@json_option
def search(home: Installation, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """全文检索，几个词都要有 / Posts whose latest text holds all the WORDS, the last taken in first.

    Words of one or two characters, whole phrases and masked numbers (139****1234) are all found; quote a phrase that
    has blanks in it.
    """
    with closing(read_store(home.places.db_path)) as store:
        hits = find_posts(store, words, Page(limit))
    if as_json:
        listed = [asdict(hit) for hit in hits.listed]
        click.echo(json.dumps({"count": hits.count, "posts": listed}, ensure_ascii=False, indent=1))
        return
    for hit in hits.listed:
        click.echo(_line(hit, words[0].strip()))
    click.echo(f"{hits.count:,} 条 / posts" + (f"，列出 {len(hits.listed)}" if len(hits.listed) < hits.count else ""))


def _line(hit: Hit, word: str) -> str:
    place = f"  {hit.case_id} {STATUS_ZH[hit.status]} {ROLE_ZH[hit.role]}" if hit.status and hit.role else ""
    stale = " 过时" if hit.is_stale else ""
    return f"{beijing(from_text_or_none(hit.posted_at))}  {hit.post_id}{place}{stale}  {_around(hit.text, word)}"


def _around(text: str, word: str) -> str:
    """The word with what stands around it."""
    at = max(text.lower().find(word.lower()), 0)
    start, end = max(at - _AROUND, 0), at + len(word) + _AROUND
    excerpt = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{excerpt}{'…' if end < len(text) else ''}"
