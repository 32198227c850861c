"""What the database may hold, what happens to words that are taken back, and who read the raw text (A3.8)."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from tests.process.home import NOW, PLEA, THANKS, Home, deleted, members_of, observed, seen_again

_CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

SPELLINGS = {
    "plain": lambda n: n,
    "spaced": lambda n: f"{n[:3]} {n[3:7]} {n[7:]}",
    "dashed": lambda n: f"{n[:3]}-{n[3:7]}-{n[7:]}",
    "full width": lambda n: n.translate(_FULL_WIDTH),
    "Chinese digits": lambda n: n.translate(_CHINESE),
    "keycaps": lambda n: "".join(f"{digit}\ufe0f\u20e3" for digit in n),
    "zero width": "\u200b".join,
    "variation selectors": "\ufe0f".join,
    "with country code": lambda n: f"+86 {n}",
    "reversed for display": lambda n: f"\u202e{n[::-1]}\u202c",
}


def _phone(at: int) -> str:
    return f"13{at % 10}0000{at:04}"


def _id_number(at: int) -> str:
    """An 18-digit number of a district that does not exist, with its right check digit."""
    digits = f"890101{1940 + at % 60}0{1 + at % 9}1{at % 10}{at % 1000:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


def _text(at: int, spell: str) -> str:
    kind = at % 3
    if kind == 0:
        return f"求助！老人{60 + at % 30}岁断药，联系电话：{SPELLINGS[spell](_phone(at))}，求扩散"
    if kind == 1:
        return f"求助，父亲透析停了，身份证号 {_id_number(at)}，手机{SPELLINGS[spell](_phone(at))}"
    room = f"纺织西路{at + 11}号{at % 9 + 1}栋{at % 6 + 1}0{at % 4 + 1}室"
    return f"求助，母亲在家发烧，住澜州市望溪区{room}，电话 {SPELLINGS[spell](_phone(at))}"


def test_no_phone_id_or_house_of_three_hundred_is_in_the_file(home: Home) -> None:
    """Whoever gets hold of the database file could call, or stand before the door of, hundreds of people."""
    names = list(SPELLINGS)
    lines = []
    for at in range(330):
        more: dict[str, object] = {"author_id": f"u{at}"}
        if at % 11 == 10:
            more |= {"reply_to": f"p{at - 1}"}
        if at % 7 == 6:
            more |= {"author_name": f"急寻{_phone(at)}"}
        lines.append(observed(f"p{at}", _text(at, names[at % len(names)]), **more))
    home.settle(*lines)
    data = home.raw_bytes().decode("utf-8", "replace")
    numbers = [_phone(at) for at in range(330)] + [_id_number(at) for at in range(330) if at % 3 == 1]
    assert len(numbers) > 400
    found = [
        (number, spell)
        for number in numbers
        for spell, write in SPELLINGS.items()
        if len(write(number)) and write(number) in data
    ]
    houses = [house for at in range(2, 330, 3) if (house := f"纺织西路{at + 11}号") in data]
    assert (found, houses) == ([], [])


def test_equal_phones_are_still_equal_in_every_spelling(home: Home) -> None:
    """Masking would cut the thread that leads from a copy to its plea."""
    home.settle(
        *(
            observed(f"p{at}", f"求助，老人断药，电话：{spell(_phone(7))}")
            for at, spell in enumerate(SPELLINGS.values())
        )
    )
    digests = home.rows("SELECT post_id, hmac FROM mentions WHERE kind = 'phone'")
    assert len({row["hmac"] for row in digests}) == 1
    assert len({row["post_id"] for row in digests}) == len(SPELLINGS)


def test_two_installations_digest_the_same_phone_differently(tmp_path: Path) -> None:
    """Without the key anybody could try all phones until one fits."""
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        home = Home(tmp_path / name)
        home.settle(observed("a1", PLEA))
        digests |= set(home.values("SELECT hmac FROM mentions WHERE kind = 'phone'"))
    assert len(digests) == 2


def test_the_key_and_the_raw_text_are_for_the_owner_only(home: Home) -> None:
    """Another account on the machine could read phones, or the key that leads back to them."""
    home.settle(observed("a1", PLEA))
    key = home.folder / "var" / "houxu.key"
    spooled = list(home.spool.rglob("*.jsonl.gz"))
    assert len(spooled) == 1
    for path in (key, *spooled):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert key.read_bytes() not in home.raw_bytes()
    assert key.read_bytes().hex().encode() not in home.raw_bytes()


def test_a_broken_key_is_refused_not_replaced(home: Home) -> None:
    """A new key would silently make every known phone unknown."""
    home.settle(observed("a1", PLEA))
    key = home.folder / "var" / "houxu.key"
    key.write_bytes(b"short")
    said = home.take(observed("a2", THANKS))
    assert said.code == 2
    assert "houxu.key" in said.err
    assert key.read_bytes() == b"short"


def test_reveal_shows_the_raw_text_and_writes_down_who_and_why(home: Home) -> None:
    """Nobody could call back, or nobody would know who looked."""
    home.settle(observed("a1", PLEA))
    said = home.run("reveal", "weibo:a1", "--by", "lin", "--reason", "回电核实", "--now", NOW)
    assert said.code == 0
    assert "13900001234" in said.out
    act = home.row("SELECT * FROM audit")
    assert (act["action"], act["subject"], act["by"], act["reason"]) == ("reveal", "weibo:a1", "lin", "回电核实")


def test_reveal_writes_before_it_shows(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who breaks off at the right moment would read without a trace."""
    home.settle(observed("a1", PLEA))

    def broken(*_: object) -> None:
        raise InterruptedError

    monkeypatch.setattr("pipeline.cli.privacy.raw_texts", broken)
    with pytest.raises(InterruptedError):
        home.run("reveal", "weibo:a1", "--reason", "x")
    assert home.values("SELECT action FROM audit") == ["reveal"]


def test_reveal_needs_a_reason_and_a_post(home: Home) -> None:
    """Curiosity would be enough."""
    home.settle(observed("a1", PLEA))
    assert home.run("reveal", "weibo:a1").code == 2
    assert home.run("reveal", "weibo:none", "--reason", "x").code == 2
    assert home.values("SELECT COUNT(*) FROM audit") == [0]


def _words_left(home: Home) -> list[str]:
    """Where anything of the plea's words can still be read: the database file, or the spool."""
    pieces = ("桂大山", "腿肿得一按一个坑", "三十多遍", "13900001234", "望溪阿桂")
    database, spool = home.raw_bytes().decode("utf-8", "replace"), home.spooled().decode()
    return [
        f"{where}: {piece}" for piece in pieces for where, text in (("db", database), ("spool", spool)) if piece in text
    ]


PLAIN = observed("a1", PLEA, author_name="望溪阿桂")
COPY_TEXT = PLEA.replace("桂大山", "老人家").replace("腿肿得一按一个坑", "腿肿了").replace("三十多遍", "很多遍")


def test_what_an_author_deletes_goes_from_database_and_spool(home: Home) -> None:
    """The author took the words back, and we would go on keeping them."""
    home.settle(PLAIN)
    assert _words_left(home)
    home.settle(deleted(PLAIN, "07-10T02:00"))
    assert home.row("SELECT text, author_name FROM posts") == {"text": None, "author_name": None}
    assert home.values("SELECT COUNT(*) FROM mentions WHERE kind = 'phone' AND hmac IS NOT NULL AND masked = ''") == [1]
    left = [piece for piece in _words_left(home) if piece.startswith("spool")]
    assert left == []


def test_deleted_words_are_not_left_in_free_pages_of_the_file(home: Home) -> None:
    """A plain editor would still show what the tables no longer hold."""
    home.settle(PLAIN)
    home.settle(deleted(PLAIN, "07-10T02:00"))
    assert _words_left(home) == []


def test_a_status_that_stood_on_deleted_words_stays(home: Home) -> None:
    """An author who cleans up after the rescue would turn the case into an open plea again."""
    thanks = observed("a2", THANKS, "07-09T10:00")
    home.settle(PLAIN, thanks)
    home.settle(deleted(thanks, "07-10T02:00"), deleted(thanks, "07-11T02:00"))
    assert home.values("SELECT status FROM cases") == ["resolved"]
    home.settle(seen_again(PLAIN, "07-11T03:00"))
    assert home.values("SELECT status FROM cases") == ["resolved"]
    home.run("rebuild", "--now", NOW)
    assert home.values("SELECT status FROM cases") == ["resolved"]


def test_copies_of_a_deleted_plea_are_still_its_copies(home: Home) -> None:
    """The family deletes in shame or fear, and the copy that goes on would open a case of its own."""
    early = observed("b1", f"转自@望溪阿桂 ：{PLEA}", "07-08T23:00", author_id="u2")
    late = observed("b2", f"帮转！{PLEA}", "07-11T09:00", author_id="u3")
    home.settle(PLAIN, early)
    home.settle(deleted(PLAIN, "07-10T02:00"), deleted(PLAIN, "07-11T02:00"))
    assert members_of(home, "weibo:a1") == ["weibo:a1", "weibo:b1"]
    home.settle(late)
    assert members_of(home, "weibo:a1") == ["weibo:a1", "weibo:b1", "weibo:b2"]
    home.run("rebuild", "--now", NOW)
    assert members_of(home, "weibo:a1") == ["weibo:a1", "weibo:b1", "weibo:b2"]


def test_forget_takes_a_post_out_and_keeps_it_out(home: Home) -> None:
    """Somebody asks by mail to be forgotten, and the next night brings the words back."""
    home.settle(PLAIN)
    said = home.run("forget", "weibo:a1", "--by", "lin", "--reason", "来信要求", "--now", NOW)
    assert said.code == 0
    assert home.values("SELECT text FROM posts") == [None]
    assert [piece for piece in _words_left(home) if piece.startswith("spool")] == []
    assert home.row("SELECT action, subject FROM audit") == {"action": "forget", "subject": "weibo:a1"}
    assert home.run("reveal", "weibo:a1", "--reason", "x").code == 2
    home.settle(seen_again(PLAIN, "07-11T02:00"))
    assert home.values("SELECT text FROM posts") == [None]
    assert [piece for piece in _words_left(home) if piece.startswith("spool")] == []


def test_forget_refuses_a_post_that_is_not_there(home: Home) -> None:
    """A typing error would be reported as done."""
    home.settle(PLAIN)
    before = home.tables()
    said = home.run("forget", "weibo:none", "weibo:a1", "--reason", "x")
    assert said.code == 2
    assert home.tables() == before


def test_masked_words_keep_their_last_digits_for_a_reader(home: Home) -> None:
    """A volunteer could not tell two phones of one plea apart."""
    home.settle(PLAIN)
    assert re.search(r"139\*{4}1234", home.values("SELECT text FROM posts")[0])
