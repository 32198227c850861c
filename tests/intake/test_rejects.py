"""A line that cannot be taken is named with file, line and reason, and everything else goes on."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest

from tests.process.home import NOW, PLEA, THANKS, Home, observed

FINE = observed("a1", PLEA)


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in FINE.items() if key != name}


BAD_LINES: dict[str, tuple[bytes | str | dict[str, Any], str]] = {
    "broken JSON": ('{"platform": "weibo", "id": ', "not JSON"),
    "half a line": (json.dumps(FINE)[:80], "not JSON"),
    "GBK": (json.dumps(FINE, ensure_ascii=False).encode("gbk"), "not UTF-8"),
    "UTF-16": (json.dumps(FINE).encode("utf-16"), "not UTF-8"),
    "a stray byte": (json.dumps(FINE).encode()[:-2] + b'\xff"}', "not UTF-8"),
    "an array": ("[]", "not a JSON object"),
    "a text": ('"weibo"', "not a JSON object"),
    "null": ("null", "not a JSON object"),
    "deep nesting": ("[" * 200_000, "not JSON"),
    "deep nesting inside": ('{"platform":' + "[" * 100_000 + "]" * 100_000 + "}", "not JSON"),
    "an endless number": ('{"platform":"weibo","id":' + "9" * 5_000 + "}", "not JSON"),
    "NUL bytes": (b"\x00" * 40, "not JSON"),
    "5 MB of text": (FINE | {"text": "求" * 1_700_000}, "bytes, the limit is 4000000"),
    "a book": (FINE | {"text": "求" * 100_001}, "100001 characters, the limit is 100000"),
    "posted in 1970": (FINE | {"posted_at": "1970-01-01T00:00:00Z"}, "posted_at is out of range"),
    "posted in the future": (FINE | {"posted_at": "2031-01-01T00:00:00+08:00"}, "posted_at is out of range"),
    "observed in the future": (FINE | {"observed_at": "9999-12-31T23:59:59-12:00"}, "observed_at"),
    "before the year 1": (FINE | {"observed_at": "0001-01-01T00:00:00+12:00"}, "observed_at"),
    "posted after it was seen": (FINE | {"observed_at": "2024-07-01T00:00:00+08:00"}, "later than observed_at"),
    "no offset": (FINE | {"posted_at": "2024-07-08T22:00:00"}, "has no offset"),
    "no date at all": (FINE | {"observed_at": "昨天 22:00"}, "not ISO 8601"),
    "a time as a number": (FINE | {"observed_at": 1720447200}, "observed_at is not a text"),
    "a surrogate as a time": (FINE | {"edited_at": "\ud83d"}, "edited_at is not ISO 8601"),
    "no platform": (_without("platform"), "platform is missing"),
    "no id": (_without("id"), "id is missing"),
    "an empty id": (FINE | {"id": ""}, "id is missing"),
    "neither text nor availability": (_without("text"), "neither text nor availability"),
    "no time to be had": (
        {"platform": "douban", "id": "7", "text": PLEA},
        "observed_at is missing and posted_at is unknown",
    ),
    "an unknown platform": (FINE | {"platform": "myspace"}, "unknown platform 'myspace'"),
    "a platform that is a number": (FINE | {"platform": 7}, "platform is not a text"),
    "an unknown availability": (FINE | {"availability": "gone"}, "unknown availability"),
    "an unknown kind of author": (FINE | {"author_kind": "robot"}, "unknown author_kind"),
    "a list as a kind of author": (FINE | {"author_kind": ["person"]}, "unknown author_kind"),
    "a text that is a list": (FINE | {"text": [PLEA]}, "text is not a text"),
    "an id that is a list": (FINE | {"id": ["a"]}, "id is not an identifier"),
    "an id that is true": (FINE | {"id": True}, "id is not an identifier"),
    "an id with a line end": (FINE | {"id": "a\n1"}, "id is not an identifier"),
    "an id without an end": (FINE | {"id": "a" * 201}, "id is not an identifier"),
    "an id with a surrogate": (FINE | {"id": "a\ud83d"}, "id is not an identifier"),
    "an author id with a surrogate": (FINE | {"author_id": "\udc00"}, "author_id is not an identifier"),
    "counts that are a list": (FINE | {"counts": [3]}, "counts is not an object"),
    "a count that is a text": (FINE | {"counts": {"likes": "许多"}}, "counts.likes is not a count"),
    "a count with a surrogate": (FINE | {"counts": {"likes": "\ud83d"}}, "counts.likes is not a count"),
    "a count below nothing": (FINE | {"counts": {"reposts": -1}}, "counts.reposts is not a count"),
    "a count with a fraction": (FINE | {"counts": {"comments": 1.5}}, "counts.comments is not a count"),
    "a count beyond SQLite": (FINE | {"counts": {"likes": 2**63}}, "counts.likes is not a count"),
    "images that are a text": (FINE | {"images": "a.png"}, "images is not a list"),
}


def _as_line(value: bytes | str | dict[str, Any]) -> bytes:
    # Escaped, because a lone surrogate exists in JSON and not in UTF-8.
    return (
        json.dumps(value).encode() if isinstance(value, dict) else value.encode() if isinstance(value, str) else value
    )


def test_every_bad_line_is_named_and_no_good_one_is_lost(home: Home) -> None:
    """One broken line would cost a night, or vanish without a word."""
    lines: list[bytes] = []
    for bad, _ in BAD_LINES.values():
        good = observed(f"g{len(lines)}", THANKS)
        # UTF-16 has line ends of its own within its bytes; one of them would shift the line numbers.
        lines += [_as_line(bad).replace(b"\n", b""), json.dumps(good).encode()]
    path = home.write("mixed.jsonl", lines)
    said = home.run("import", path, "--now", NOW)
    rejects = {row["line"]: row for row in home.rows("SELECT * FROM rejects")}
    expected = dict(zip(range(1, 2 * len(BAD_LINES), 2), BAD_LINES.items(), strict=True))
    assert said.code == 1
    assert rejects.keys() == expected.keys()
    for number, (name, (_, reason)) in expected.items():
        assert reason in rejects[number]["reason"], name
        assert rejects[number]["file"] == str(path)
    assert home.values("SELECT COUNT(*) FROM posts") == [len(BAD_LINES)]
    assert f"{len(BAD_LINES)} lines rejected" in said.last_line


def test_reasons_are_one_line_each_in_both_languages(home: Home) -> None:
    """A list of rejects could not be read by a person, or not line by line by a program."""
    home.run("import", home.write("mixed.jsonl", [_as_line(bad) for bad, _ in BAD_LINES.values()]), "--now", NOW)
    for reason in home.reasons():
        assert "\n" not in reason
        assert len(reason) < 300, reason
        assert " / " in reason
        assert re.search("[\u4e00-\u9fff]", reason)


def test_the_first_rejects_are_shown_as_file_line_reason(home: Home) -> None:
    """Somebody who imports by hand would have to open the database to learn what was wrong."""
    path = home.write("a.jsonl", [FINE, "{", *(["[]"] * 40)])
    said = home.run("import", path, "--now", NOW)
    shown = said.err.strip().splitlines()
    assert shown[0].startswith(f"{path}:2: ")
    assert len(shown) == 21


def test_a_reason_never_quotes_a_phone(home: Home) -> None:
    """Shifted columns would carry a phone into the table of rejects in the clear (A3.8)."""
    home.take(
        FINE | {"id": "电话 13900001234"},
        FINE | {"author_kind": "13900001234"},
        FINE | {"counts": {"likes": "打 139 0000 1234"}},
        FINE | {"text": ["13900001234"]},
        FINE | {"platform": "13900001234"},
        FINE | {"edited_at": "13900001234"},
    )
    reasons = home.reasons()
    assert len(reasons) == 6
    assert not [reason for reason in reasons if re.search(r"1390000|0000 ?1234", reason)]


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_cut_gzip_file_gives_what_came_before_the_cut(home: Home, keep: float) -> None:
    """A download that broke off would lose the posts that arrived, or crash."""
    lines = [json.dumps(observed(f"a{at}", f"{PLEA}{at}")).encode() + b"\n" for at in range(50)]
    data = b"".join(gzip.compress(line) for line in lines)
    (home.folder / "cut.jsonl.gz").write_bytes(data[: int(len(data) * keep)])
    said = home.run("import", home.folder / "cut.jsonl.gz", "--now", NOW)
    taken = home.values("SELECT COUNT(*) FROM posts")[0]
    assert said.code == 1
    assert abs(taken - 50 * keep) <= 2
    assert home.row("SELECT line, reason FROM rejects")["line"] == taken + 1
    assert "gzip" in home.reasons()[0]


def test_a_damaged_gzip_file_is_named(home: Home) -> None:
    """Flipped bits would crash the import instead of being one line among the rejects."""
    data = bytearray(gzip.compress(b"\n".join(json.dumps(observed(f"a{at}", PLEA)).encode() for at in range(200))))
    data[len(data) // 2] ^= 0xFF
    (home.folder / "bad.jsonl.gz").write_bytes(bytes(data))
    assert home.run("import", home.folder / "bad.jsonl.gz", "--now", NOW).code == 1
    assert home.reasons()


def test_nul_and_lone_surrogates_in_texts_and_names_are_dropped_not_fatal(home: Home) -> None:
    """SQLite cannot hold them: one such post would stop the import of a million others."""
    line = FINE | {"text": f"\x00{PLEA}\ud83d", "author_name": "阿\ud83d桂\x00", "url": "https://example.org/\udc00"}
    assert home.take(_as_line(line)).code == 0
    row = home.row("SELECT text, author_name, url FROM posts")
    assert row["text"].startswith("#澜州求助#")
    assert row["author_name"] == "阿桂"
    assert "\udc00" not in row["url"]


def test_a_file_name_that_is_not_utf_8_is_named_all_the_same(home: Home) -> None:
    """A file unpacked from an old Chinese zip has such a name; its rejects could not be stored."""
    path = home.folder / "求助.jsonl".encode("gbk").decode("utf-8", "surrogateescape")
    path.write_bytes(json.dumps(FINE).encode() + b"\n{\n")
    assert home.run("import", path, "--now", NOW).code == 1
    assert home.values("SELECT file FROM rejects")[0].endswith(r"\xc7\xf3\xd6\xfa.jsonl")
