"""`houxu lookup`: what became of this text or link."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.asking.answer import answer_lines
from pipeline.asking.ask import Answered, ask_text, ask_texts, ask_url
from pipeline.asking.links import is_link
from pipeline.cli.failures import Partial
from pipeline.cli.options import at_places, json_option, now_option
from pipeline.errors import UserError
from pipeline.intake.lines import Line, read_lines
from pipeline.places import Places
from pipeline.privacy import Key
from pipeline.store.database import Store, read_store
from pipeline.store.keycheck import key_of

if TYPE_CHECKING:
    from pipeline.asking.picture_answer import PictureAnswer

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
@click.option(
    "--image",
    "images",
    multiple=True,
    type=click.Path(path_type=Path),
    help="截图，可给几个，也可给文件夹 / a screenshot; several, or a folder of them",
)
@click.argument("more", nargs=-1, type=click.Path(path_type=Path))
@at_places
@now_option
@json_option
def lookup(places: Places, config_path: Path | None, now: datetime, as_json: bool, **asked: Any) -> None:
    """这条求助现在怎样 / What became of this plea: the case, its status, the author's words, and how sure that is.

    No match, a weak match and several matches are answers too. With --batch, and with --json of several pictures, one
    line of JSON a question. `--image 文件…` 可以直接跟几个文件 / several files may follow --image.
    """
    question = _question_of(**asked)
    store = read_store(places.db_path)
    key = key_of(store, places.key_path)
    if question.pictures:
        # Imported here: looking up a text needs no pictures, and starts faster without them.
        from pipeline.asking.ask_pictures import ask_pictures
        from pipeline.settings import load_settings

        _say_pictures(ask_pictures(store, key, load_settings(config_path).images, question.pictures), now, as_json)
        return
    if question.batch is not None:
        _answer_batch(store, key, question.batch)
        return
    text, url = question.text, question.url
    if text == "-":
        text = sys.stdin.read()
    if not (text or url or "").strip():
        raise UserError("没有要查的文字或链接 / no text and no link to look up")
    if url is not None and not is_link(url):
        raise UserError(f"{url[:80]!r}: 不是链接；文字用 --text / not a link; a text goes with --text")
    answered = ask_url(store, url) if url is not None else ask_text(store, key, text or "")
    if as_json:
        click.echo(json.dumps(answered.answer.as_dict(), ensure_ascii=False, indent=1))
        return
    for line in answer_lines(answered.answer, answered.views, now):
        click.echo(line)


@dataclass(frozen=True, slots=True)
class _Question:
    text: str | None
    url: str | None
    batch: Path | None
    pictures: tuple[Path, ...]


def _question_of(
    text: str | None, url: str | None, batch: Path | None, images: tuple[Path, ...], more: tuple[Path, ...]
) -> _Question:
    """The one thing that was asked for.

    Raises:
        UserError: nothing or several.
    """
    given = [one is not None for one in (text, url, batch)] + [bool(images)]
    if sum(given) != 1 or (more and not images):
        raise UserError("--text、--url、--batch、--image 四者选一 / give one of --text, --url, --batch, --image")
    pictures = tuple(_spread([*images, *more]))
    if images and not pictures:
        raise UserError(f"{images[0]}: 文件夹里没有文件 / no files in this folder")
    return _Question(text, url, batch, pictures)


def _spread(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as they are, folders as the files in them."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.is_file())
        elif path.is_file():
            yield path
        else:
            raise UserError(f"{path}: 没有这个文件 / no such file")


def _say_pictures(answers: Iterable[PictureAnswer], now: datetime, as_json: bool) -> None:
    refused = 0
    for answer in answers:
        refused += answer.refused is not None
        if as_json:
            click.echo(json.dumps(answer.as_dict(), ensure_ascii=False))
            continue
        for line in answer.as_lines(now):
            click.echo(line)
    if refused:
        raise Partial(f"{refused} 张图片没有读 / {refused} pictures were not read")


def _answer_batch(store: Store, key: Key, path: Path) -> None:
    refused: list[str] = []
    questions = _questions(path, refused.append)
    while some := list(islice(questions, _BATCH)):
        texts = iter(ask_texts(store, key, [question for question, is_url in some if not is_url]))
        for question, is_url in some:
            answered: Answered = ask_url(store, question) if is_url else next(texts)
            click.echo(json.dumps(answered.answer.as_dict(), ensure_ascii=False))
    for reason in refused:
        click.echo(reason, err=True)
    if refused:
        raise Partial(f"{len(refused)} 行没有查 / {len(refused)} lines were not looked up")


def _questions(path: Path, refuse: Callable[[str], None]) -> Iterator[tuple[str, bool]]:
    """(question, is it a link) of each line; a line that is no question is told with its number, the rest goes on."""
    for line in read_lines(path, _MAX_QUESTION_BYTES):
        try:
            question = _question_in(line)
        except _NoQuestionError as error:
            refuse(f"{path}:{line.number}: {error}")
            continue
        if question:
            yield question, question.startswith(("http://", "https://")) and " " not in question


class _NoQuestionError(Exception):
    """Why a line of a batch is no question."""


def _question_in(line: Line) -> str:
    if line.problem is not None:
        raise _NoQuestionError(line.problem)
    try:
        question = line.data.decode("utf-8-sig").strip()
        value = json.loads(question) if question.startswith("{") else {"text": question}
    except ValueError as error:
        raise _NoQuestionError(f"不是文字、链接或 JSON / not a text, link or JSON: {error}") from error
    if "url" not in value and "text" not in value:
        raise _NoQuestionError("既没有 text 也没有 url / neither text nor url")
    asked = value.get("url") or value.get("text") or ""
    if not isinstance(asked, str):
        raise _NoQuestionError(f"text 或 url 不是文本 / text or url is not a text: {asked!r:.40}")
    return asked.strip()
