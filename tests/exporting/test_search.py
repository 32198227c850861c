"""Full-text search answers as LIKE does, keeps in step, and forgets what authors delete."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.store import migrate
from pipeline.store.database import Store, open_store, read_store
from pipeline.store.search import match_expression
from pipeline.store.wordindex import forget_words, index_words, spell
from tests.process.home import NOW, PLEA, THANKS, Home, deleted, observed, reading, seen_again

_ALPHABET = "氧气帐篷求助0012389*×Aa é-_%\"'#…，。😀🏥\u200b\n"
TEXTS = st.text(alphabet=_ALPHABET, max_size=12)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with one run and nothing else; tests leave it as it was."""
    store = open_store(tmp_path_factory.mktemp("words") / "houxu.db")
    store.conn.execute("INSERT INTO runs (run_id, kind, started_at) VALUES ('r', 'import', '')")
    yield store
    store.close()


def _put(conn: sqlite3.Connection, post_id: str, number: int, text: str) -> None:
    """A new sighting with this text, as the import writes it."""
    observation_id = f"{post_id}-{number}"
    conn.execute(
        "INSERT INTO posts (post_id, platform, native_id, author_kind, first_seen_at, availability, text,"
        " text_observation_id) VALUES (?, 'weibo', ?, 'person', '', 'visible', ?, ?)"
        " ON CONFLICT (post_id) DO UPDATE SET text = excluded.text, text_observation_id = excluded.text_observation_id",
        (post_id, post_id, text, observation_id),
    )
    index_words(conn, [(post_id, text, observation_id)])
    conn.execute(
        "INSERT INTO observations (observation_id, post_id, observed_at, availability, text, author_kind, run_id)"
        " VALUES (?, ?, '', 'visible', ?, 'person', 'r')",
        (observation_id, post_id, text),
    )


def _forget(conn: sqlite3.Connection, post_id: str) -> None:
    forget_words(conn, [post_id])
    conn.execute("UPDATE observations SET text = NULL WHERE post_id = ?", (post_id,))
    conn.execute("UPDATE posts SET text = NULL WHERE post_id = ?", (post_id,))


def _found(conn: sqlite3.Connection, words: list[str]) -> set[str]:
    rows = conn.execute(
        "SELECT w.post_id FROM post_words JOIN worded_posts w ON w.doc_id = post_words.rowid WHERE post_words MATCH ?",
        (match_expression(words),),
    )
    return {row[0] for row in rows}


def _like(conn: sqlite3.Connection, words: list[str]) -> set[str]:
    patterns = [word.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]
    where = " AND ".join("text LIKE ? ESCAPE '\\'" for _ in patterns)
    rows = conn.execute(f"SELECT post_id FROM posts WHERE {where}", [f"%{pattern}%" for pattern in patterns])  # noqa: S608
    return {row[0] for row in rows}


@settings(max_examples=150, deadline=None)
@given(
    changes=st.lists(st.tuples(st.sampled_from("abcde"), st.none() | TEXTS), min_size=1, max_size=12),
    asked=st.lists(TEXTS.filter(str.strip), min_size=1, max_size=2),
    cut=st.tuples(st.integers(0, 11), st.integers(1, 6)),
)
def test_search_finds_what_like_finds(
    store: Store, changes: list[tuple[str, str | None]], asked: list[str], cut: tuple[int, int]
) -> None:
    """A word, a sign, half a number or a phrase that stands in a text would not be found, or found where it is not."""
    conn = store.conn
    conn.execute("BEGIN")
    try:
        for number, (post_id, text) in enumerate(changes):
            if text is None:
                _forget(conn, post_id)
            else:
                _put(conn, post_id, number, text)
        pieces = [text[cut[0] : cut[0] + cut[1]] for _, text in changes if text]
        for words in (asked, *([piece] for piece in pieces if piece.strip())):
            assert _found(conn, words) == _like(conn, words)
    finally:
        conn.execute("ROLLBACK")


def test_two_characters_long_phrases_and_halves_of_numbers_are_found(home: Home) -> None:
    """氧气 or 帐篷 finds nothing with an index of three characters, 浦东新区三林镇 nothing with one of words."""
    home.take(
        observed("a", "求氧气瓶！联系 13900001234，送到澜州市望溪区梧桐里社区卫生服务站门口"),
        observed("b", "需要帐篷20顶，ICU 床位"),
    )
    for word, found in (
        ("氧气", ["weibo:a"]),
        ("澜州市望溪区梧桐里社区卫生服务站门口", ["weibo:a"]),
        ("139****1234", ["weibo:a"]),
        ("**1234", ["weibo:a"]),
        ("帐篷", ["weibo:b"]),
        ("20", ["weibo:b"]),
        ("icu", ["weibo:b"]),
        ("气氧", []),
        ("13900001234", []),
    ):
        said = home.run("search", word, "--json")
        assert [post["post_id"] for post in json.loads(said.out)["posts"]] == found, word


def test_search_tells_the_case_and_counts_beyond_the_list(told: Home) -> None:
    """A volunteer would find the post and not what became of it."""
    said = told.run("search", "透析", "望溪区", "--json", "--limit", "1")
    answer = json.loads(said.out)
    assert answer["count"] > len(answer["posts"]) == 1
    lines = told.run("search", "孩子八个月").out
    assert "作者已撤回" in lines
    assert "奶粉只够吃一天" in lines


@pytest.mark.parametrize("words", [[""], [" ", "\n"]])
def test_nothing_to_look_for_is_a_mistake(told: Home, words: list[str]) -> None:
    """An empty question would list every post."""
    assert told.run("search", *words).code == 2


def test_the_index_follows_edits_and_survives_a_rebuild(home: Home) -> None:
    """The words that an author took out would still lead to the post, or the new ones would not."""
    plea = observed("a1", PLEA)
    home.settle(plea)
    home.settle(seen_again(plea, "07-09T20:00", text="【已解决】谢谢大家"))
    for _ in range(2):
        assert _ids(home, "腿肿") == []
        assert _ids(home, "已解决") == ["weibo:a1"]
        assert home.run("rebuild", "--now", NOW).code == 0


def _ids(home: Home, *words: str) -> list[str]:
    return [post["post_id"] for post in json.loads(home.run("search", *words, "--json").out)["posts"]]


_RARE = "힣"


def test_deleted_words_leave_the_index_for_good(home: Home) -> None:
    """From the postings of each character, with their places, the text could be put together again."""
    plea = observed("a1", f"{PLEA} {_RARE}")
    home.settle(plea, observed("b1", THANKS, author_id="u9"))
    assert _postings(home) > 0
    assert _ids(home, _RARE) == ["weibo:a1"]
    home.settle(deleted(plea, "07-10T02:00"))
    assert _ids(home, _RARE) == []
    assert _postings(home) == 0
    assert home.values("SELECT post_id FROM worded_posts") == ["weibo:b1"]
    data = home.raw_bytes()
    assert "腿肿得一按一个坑".encode() not in data
    assert spell("腿肿得一按一个坑").encode() not in data
    with reading(home.db) as conn:
        conn.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, post_words, instance)")
        terms = {row["term"] for row in conn.execute("SELECT term FROM temp.seen")}
    assert terms == {spell(char) for char in THANKS}


def _postings(home: Home) -> int:
    """Blocks of the index with the rare character, whose token shares nothing with the one before."""
    token = spell(_RARE).encode()
    return sum(token in block for block in home.values("SELECT block FROM post_words_data"))


# What cases were found to be when they were decided; an older store notes it when it decides them next.
_MADE_ANEW = {"_sqlite_migrations", "heard_cases", "case_voices", "case_claims"}


def test_a_store_of_version_1_is_brought_up_to_date_in_place(home: Home) -> None:
    """An update of houxu would lose the nights before it, or leave them out of the search."""
    home.settle(observed("a1", PLEA), observed("a2", THANKS, "07-09T10:00"))
    fresh, before = _schema(home.db), home.tables("worded_posts", "post_words_data", "post_words_idx")
    _make_version_1(home.db)
    with pytest.raises(UserError, match="too old"):
        read_store(home.db)
    open_store(home.db).close()
    assert _schema(home.db) == fresh
    after = home.tables("worded_posts", "post_words_data", "post_words_idx")
    assert {name: rows for name, rows in after.items() if name not in _MADE_ANEW} == {
        name: rows for name, rows in before.items() if name not in _MADE_ANEW
    }
    assert _ids(home, "腿肿") == ["weibo:a1"]
    assert _ids(home, "不用再转") == ["weibo:a2"]


def _make_version_1(path: Path) -> None:
    """Put in the store's place what houxu's first version would have made of the same posts."""
    made = path.with_name("version-1.db")
    conn = sqlite3.connect(made)
    script = (Path(migrate.__file__).parent / "migrations" / "0001_base.sql").read_text(encoding="utf-8")
    conn.executescript(script)
    conn.execute("ATTACH ? AS new", (str(path),))
    for (sql,) in conn.execute("SELECT sql FROM new.sqlite_master WHERE tbl_name = '_sqlite_migrations'").fetchall():
        conn.execute(sql)
    tables = [row[0] for row in conn.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    for table in tables:
        columns = ", ".join(f'"{row[1]}"' for row in conn.execute(f"PRAGMA main.table_info({table})"))
        conn.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")  # noqa: S608 its own names
    conn.execute("DELETE FROM main._sqlite_migrations WHERE name <> 'create_base_tables'")
    conn.commit()
    conn.execute("PRAGMA user_version = 1")
    conn.close()
    made.replace(path)
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)


def _schema(path: Path) -> list[tuple[str, str]]:
    with reading(path) as conn:
        return sorted((row["name"], row["sql"]) for row in conn.execute("SELECT name, sql FROM sqlite_master"))


def test_every_pair_of_characters_of_every_post_is_found(told: Home) -> None:
    """Import, edits and deletions together would leave holes in the index that no single step shows."""
    with reading(told.db) as conn:
        texts = [row[0] for row in conn.execute("SELECT text FROM posts WHERE text IS NOT NULL")]
        pairs = {text[at : at + 2] for text in texts for at in range(len(text) - 1)}
        pairs = {pair for pair in pairs if pair == pair.strip()}
        assert len(pairs) > 300
        assert [pair for pair in sorted(pairs) if _found(conn, [pair]) != _like(conn, [pair])] == []
