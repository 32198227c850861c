"""What somebody put into the box: a text, a link, many links, screenshots; and the answer to each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from threading import Lock

from desk.context import Desk
from pipeline.asking.ask import Answered, ask_text, ask_url
from pipeline.errors import UserError
from pipeline.images.values import PictureError
from pipeline.privacy import Key
from pipeline.store.database import Store
from pipeline.understand import understand

_LINK = re.compile(r"https?://[^\s<>\"'，。；！？、（）【】「」]{4,2000}")
_BARE_HOST = re.compile(r"^(?:(?:www|m)\.)?weibo\.(?:com|cn)/\S+$")
# Beside a link this much text is what an app's share button adds.
_SHARE_WORDS = 40

_reading = Lock()

AskImage = Callable[[Store, Key, bytes], Answered]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked. `kind` is text, link or image; `text` is empty for an image, `name` is its file name."""

    kind: str
    text: str = ""
    name: str = ""
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """A question, masked for the page, with its answer or with why there is none."""

    kind: str
    asked: str
    answered: Answered | None
    problem: str = ""


def questions_in(text: str, images: Sequence[tuple[str, bytes]], most: int) -> list[Question]:
    """The questions of one submission.

    Raises:
        UserError: nothing was asked, or too much at once.
    """
    asked = [*_text_questions(text.strip()), *(Question("image", name=name, data=data) for name, data in images)]
    if not asked:
        raise UserError("请粘贴文字、链接或截图 / paste a text, a link or a screenshot")
    if len(asked) > most:
        raise UserError(f"一次最多 {most} 个，这里有 {len(asked)} 个 / at most {most} questions at once")
    return asked


def _text_questions(text: str) -> list[Question]:
    if not text:
        return []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if all(_is_link(line) for line in lines):
        return [Question("link", line) for line in dict.fromkeys(lines)]
    links = _LINK.findall(text[: 4 * _SHARE_WORDS + 2_000])
    if len(links) == 1 and len(_LINK.sub("", text)) <= _SHARE_WORDS:
        return [Question("link", links[0])]
    return [Question("text", text)]


def _is_link(line: str) -> bool:
    return _LINK.fullmatch(line) is not None or _BARE_HOST.match(line) is not None


def answer_all(desk: Desk, store: Store, questions: Sequence[Question]) -> list[Reply]:
    """A reply to each question; one that cannot be answered says why and the others stand."""
    return [_reply(desk, store, question) for question in questions]


def _reply(desk: Desk, store: Store, question: Question) -> Reply:
    asked = _shown(question)
    try:
        return Reply(question.kind, asked, _ask(desk, store, question))
    except UserError as error:
        return Reply(question.kind, asked, None, str(error))


def _ask(desk: Desk, store: Store, question: Question) -> Answered:
    if question.kind == "link":
        return ask_url(store, question.text)
    if question.kind == "image":
        return _ask_image(store, desk.key, question.data)
    limit = desk.settings.intake.max_text_characters
    if len(question.text) > limit:
        raise UserError(f"文字太长（{len(question.text)} 字，最多 {limit}） / too long a text (at most {limit})")
    return ask_text(store, desk.key, question.text)


def _ask_image(store: Store, key: Key, data: bytes) -> Answered:
    """One picture at a time: reading takes seconds and hundreds of megabytes."""
    asker = image_asker()
    with _reading:
        try:
            return asker(store, key, data)
        except PictureError as error:
            raise UserError(str(error)) from error


def _shown(question: Question) -> str:
    """The question without personal data: what somebody pasted may hold a phone."""
    if question.kind == "image":
        return question.name
    return question.text if question.kind == "link" else understand(question.text[:2_000]).text


def image_asker() -> AskImage:
    """What reads screenshots.

    Raises:
        UserError: the part that reads pictures is not installed.
    """
    if find_spec("pipeline.asking.ask_image") is None:
        raise UserError("这里还不能读截图，请粘贴文字或链接 / no screenshots here yet; paste text or a link")
    asker: AskImage = import_module("pipeline.asking.ask_image").ask_image
    return asker
