"""No phone reaches the database beside the texts: in links, file names, notes and reasons."""

from __future__ import annotations

import pytest

from pipeline.intake.links import stored_link
from tests.process.home import PLEA, Home, observed

_PHONES = [f"1390000{number:04}" for number in range(8001, 8006)]


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("https://weibo.example/p/a1?tel=13900008001", "https://weibo.example/p/a1?tel=139****8001"),
        ("https://weibo.example/p/a1#8613900008001", "https://weibo.example/p/a1#139****8001"),
        ("tel:13900008001", "tel:139****8001"),
        ("https://zhihu.example/answer/13900008001", "https://zhihu.example/answer/13900008001"),
        ("https://weibo.example/u/p?id=5053000013900008001", "https://weibo.example/u/p?id=5053000013900008001"),
        (None, None),
    ],
)
def test_a_link_keeps_what_leads_to_the_post(url: str | None, stored: str | None) -> None:
    """A phone in a query would be stored, or a post could no longer be found by its link."""
    assert stored_link(url) == stored


def test_nothing_beside_the_text_holds_a_phone(home: Home) -> None:
    """Who reads the database would find the number that the text hides."""
    in_link, in_name, in_note, in_reason, in_reveal = _PHONES
    lines = [observed("a1", PLEA, url=f"https://weibo.example/a1?tel={in_link}"), observed("b1", PLEA), "{"]
    assert home.run("import", home.write(f"{in_name}.jsonl", lines)).code == 1
    assert home.run("judge", "same", "weibo:b1", "weibo:a1", "--note", f"电话{in_note}核实").code == 0
    assert home.run("reveal", "weibo:a1", "--reason", f"回电{in_reveal}").code == 0
    assert home.run("forget", "weibo:b1", "--reason", f"家属{in_reason}请求").code == 0
    stored = home.raw_bytes()
    assert [phone for phone in _PHONES if phone.encode() in stored] == []
    assert home.row("SELECT left_post_id, note FROM judgements") == {
        "left_post_id": "weibo:a1",
        "note": "电话139****8003核实",
    }
