"""`houxu lookup`: what became of this text or link."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

import click

from pipeline.asking.answer import answer_lines
from pipeline.asking.ask import Answered, ask_text, ask_texts, ask_url
from pipeline.cli.options import Installation, at_home, json_option, now_option
from pipeline.errors import UserError
from pipeline.intake.lines import read_lines
from pipeline.privacy import Key, load_or_make_key
from pipeline.store.database import Store, read_store

_BATCH = 1_000
_MAX_QUESTION_BYTES = 1_000_000


@click.command()
@click.option("--text", default=None, help="一段文字，- 从标准输入读 / a text; - reads standard input")
@click.option("--url", default=None, help="一个链接 / a link")
@click.option(
    "--batch",
    type=click.Path(path_type=Path),
    default=None,
    help="一行一个文字或链接，或 JSON 的 text / url / a text, link or JSON object a line",
)
@at_home
@now_option
@json_option
def lookup(
    home: Installation, now: datetime, text: str | None, url: str | None, batch: Path | None, as_json: bool
) -> None:
    """这条求助现在怎样 / What became of this plea: the case, its status, the author's words, and how sure that is.

    No match, a weak match and several matches are answers too. With --batch one line of JSON a question.
    """
    if sum(one is not None for one in (text, url, batch)) != 1:
        raise UserError("--text、--url、--batch 三者选一 / give one of --text, --url, --batch")
    store = read_store(home.places.db_path)
    key = load_or_make_key(home.places.key_path)
    if batch is not None:
        _answer_batch(store, key, batch)
        return
    if text == "-":
        text = sys.stdin.read()
    answered = ask_url(store, url) if url is not None else ask_text(store, key, text or "")
    if as_json:
        click.echo(json.dumps(answered.answer.as_dict(), ensure_ascii=False, indent=1))
        return
    for line in answer_lines(answered.answer, answered.views, now):
        click.echo(line)


def _answer_batch(store: Store, key: Key, path: Path) -> None:
    questions = _questions(path)
    while some := list(islice(questions, _BATCH)):
        texts = iter(ask_texts(store, key, [question for question, is_url in some if not is_url]))
        for question, is_url in some:
            answered: Answered = ask_url(store, question) if is_url else next(texts)
            click.echo(json.dumps(answered.answer.as_dict(), ensure_ascii=False))


def _questions(path: Path) -> Iterator[tuple[str, bool]]:
    """(question, is it a link) of each line."""
    for line in read_lines(path, _MAX_QUESTION_BYTES):
        if line.problem is not None:
            raise UserError(f"{path}:{line.number}: {line.problem}")
        try:
            question = line.data.decode("utf-8-sig").strip()
            value = json.loads(question) if question.startswith("{") else question
        except ValueError as error:
            raise UserError(
                f"{path}:{line.number}: 不是文字、链接或 JSON / not a text, link or JSON: {error}"
            ) from error
        if isinstance(value, dict):
            value = str(value.get("url") or value.get("text") or "")
        if value:
            yield value, value.startswith(("http://", "https://")) and " " not in value
