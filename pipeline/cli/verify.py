"""`houxu verify`: the evidence, checked."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from pipeline.cli.failures import Partial
from pipeline.cli.options import Installation, at_home, json_option
from pipeline.evidence.verify import Verdict, verify_spool
from pipeline.store.database import require_store


@click.command()
@click.option(
    "--expect", metavar="HASH", default=None, help="清单里必须还有的哈希 / a hash that the chain must contain"
)
@json_option
@at_home
def verify(home: Installation, expect: str | None, as_json: bool) -> None:
    """核对证据：哈希链与每个文件 / Check the evidence: the chain of the manifest, and every file in it.

    A file that went at the end of its time, or that was rewritten because an author deleted, is as it should be.
    Exits with 1 and names every file or line that is not. Keep the last hash somewhere else: --expect asks for it.
    """
    require_store(home.places.db_path)
    verdict = verify_spool(home.places.spool_dir, expect)
    if as_json:
        click.echo(json.dumps(asdict(verdict), ensure_ascii=False))
    else:
        for problem in verdict.problems:
            click.echo(f"✗ {problem.where}：{problem.what}")
        click.echo(_sentence(verdict))
    if verdict.problems:
        first = verdict.problems[0]
        count = len(verdict.problems)
        raise Partial(f"证据有 {count} 处不符 / {count} problems with the evidence: {first.where}：{first.what}")


def _sentence(verdict: Verdict) -> str:
    return (
        f"清单 {verdict.lines} 行，文件相符 {verdict.sound} 个（其中 {verdict.rewritten} 个因作者删除而改写），"
        f"到期删除 {verdict.dropped} 个，未入清单 {verdict.unlisted} 个\n"
        f"lines, files as they should be (rewritten because an author deleted), removed in time, not closed yet\n"
        f"链尾 / last hash: {verdict.last_hash}"
    )
