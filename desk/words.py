"""The desk's words in Chinese and English, from words.toml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipeline.datafiles import read_toml
from pipeline.errors import UserError

LANGUAGES = ("zh", "en")
WORDS_PATH = Path(__file__).with_name("words.toml")


def say(language: str, key: str, **values: object) -> str:
    """The words of `section.name` in a language, with `{values}` filled in.

    Raises:
        KeyError: no such words.
    """
    words = all_words()[key][LANGUAGES.index(language)]
    return words.format(**values) if values else words


def name_of(language: str, group: str, value: str | None) -> str:
    """What a word of the store is called, such as `status` `open`; a value without a name stands for itself."""
    key = f"{group}.{value or 'unknown'}"
    return say(language, key) if key in all_words() else str(value)


@cache
def all_words() -> dict[str, tuple[str, str]]:
    """Every key with its Chinese and its English words.

    Raises:
        UserError: a line has not exactly two texts.
    """
    found: dict[str, tuple[str, str]] = {}
    for section, lines in read_toml(WORDS_PATH).items():
        for name, texts in lines.items():
            if len(texts) != 2 or not all(texts):
                raise UserError(f"{WORDS_PATH}: [{section}] {name}: 要中英文各一句 / needs Chinese and English")
            found[f"{section}.{name}"] = (texts[0], texts[1])
    return found
