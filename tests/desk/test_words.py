"""The desk's words: both languages, all that pages use, none that nobody uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import desk
from desk.channels import all_channels, channels_for
from desk.showing import categories
from desk.words import all_words
from pipeline import words as store_words
from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

DESK_DIR = Path(desk.__file__).parent
# Named by a value of the store or of a computation, not word for word on a page.
NAMED_BY_VALUE = {
    "status", "sentence", "certainty", "role", "update", "source", "availability", "found_by", "relation", "category",
    "outcome", "act", "act_state", "access", "role_of", "nav", "clock", "queue", "error", "login", "time", "clocks",
    "channels", "case", "pin", "pins", "boards",
}  # fmt: skip


def code() -> str:
    """All templates and all code of the desk."""
    return "\n".join(
        path.read_text(encoding="utf-8") for kind in ("jinja", "py") for path in DESK_DIR.rglob(f"*.{kind}")
    )


def test_every_word_that_a_page_uses_is_there() -> None:
    """A page would fail for want of a word."""
    used = set(re.findall(r"""\bt\(\s*['"]([a-z_0-9]+\.[a-z_0-9]+)['"][,)]""", code()))
    assert len(used) > 80
    assert used <= all_words().keys()


def test_no_word_stands_there_unused() -> None:
    """Translators would work on what nobody reads."""
    text = code()
    unused = [key for key in all_words() if key.split(".")[0] not in NAMED_BY_VALUE and f"{key}" not in text]
    assert unused == []


def test_both_languages_ask_for_the_same_values() -> None:
    """A number would be missing in one language."""
    for key, (chinese, english) in all_words().items():
        assert set(re.findall(r"\{(\w+)\}", chinese)) == set(re.findall(r"\{(\w+)\}", english)), key
        assert not re.search("[\u4e00-\u9fff]", english), key


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("status", store_words.STATUS_ZH),
        ("role", store_words.ROLE_ZH),
        ("update", store_words.UPDATE_ZH),
        ("source", store_words.SOURCE_ZH),
        ("availability", store_words.AVAILABILITY_ZH),
        ("relation", store_words.RELATION_ZH),
        ("certainty", store_words.CERTAINTY_ZH),
    ],
)
def test_every_value_of_the_store_has_a_name(group: str, names: dict[str, str]) -> None:
    """A page would show an English key in the middle of Chinese."""
    assert {f"{group}.{value}" for value in names} <= all_words().keys()


def test_every_status_has_its_sentence_whoever_said_it() -> None:
    """The first line of an answer would fail."""
    sources = store_words.SOURCE_ZH
    wanted = {f"sentence.{status}" for status in store_words.STATUS_ZH}
    wanted |= {f"sentence.{status}_{source}" for status in ("resolved", "in_progress") for source in sources}
    assert wanted <= all_words().keys()


def test_channels_name_known_places_and_needs() -> None:
    """A channel with a misspelt district would never be shown."""
    places = {row[part] for _, row in read_table(DATA_DIR / "places.tsv") for part in ("province", "city", "district")}
    for one in all_channels():
        assert one.area == "*" or one.area in places, one
        assert one.category == "*" or one.category in categories(), one


def test_the_nearest_and_most_special_channel_comes_first() -> None:
    """A pregnant woman would be sent to the general hotline."""
    names = [one.name for one in channels_for(["榆桥区", "澜州市"], "medicine")]
    assert names[0] == "榆桥区代配药登记"
    assert names[-1] == "澜州市民热线"
    assert "澜州市血透就医协调专线" not in names


def test_a_channel_that_leads_nowhere_is_an_error_with_its_line(tmp_path: Path) -> None:
    """A line without a phone would be shown as help."""
    path = tmp_path / "channels.tsv"
    path.write_text("area\tcategory\tname\tphone\turl\thours\tsource\n*\t*\t热线\t-\t-\t-\t-\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"channels\.tsv:2"):
        all_channels(path)
