"""The generator of screenshots: what it says of a picture must be exactly what the picture shows."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from benchmarks.screenshots.cards import SURFACES, choose_frame, draw_card, split_pieces
from benchmarks.screenshots.changes import CHANGES, apply_change
from benchmarks.screenshots.fonts import FONT_PATH, has_glyph, load_font
from benchmarks.screenshots.generate import encode, plan_groups
from benchmarks.screenshots.grammar import Person, fill_facts, load_grammar, strip_emoticons, write_form, write_plea
from benchmarks.screenshots.population import Pen, Post, make_distractors, make_originals, to_line
from benchmarks.screenshots.shot import Box, Glyph, Shot, stack
from benchmarks.screenshots.world import read_events, read_shown

CHROMIUM = Path("/usr/bin/chromium")
needs_font = pytest.mark.skipif(not Path(FONT_PATH).exists(), reason="fonts-wqy-zenhei is not installed")
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed")
POSTS = make_originals(Pen(7), 120, 7)


def seeded(seed: int) -> random.Random:
    """Numbers that come again."""
    return random.Random(seed)  # noqa: S311 - they choose words and colours


def make_shot(text: str, columns: int = 12) -> Shot:
    """A page drawn without a browser: a grid of characters of 30 by 40 pixels between two bars."""
    glyphs = []
    size = (columns * 30 + 40, -(-len(text) // columns) * 40 + 200)
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    for at, char in enumerate(text):
        left, top = 20 + at % columns * 30, 100 + at // columns * 40
        glyphs.append(Glyph(char, Box(left, top, left + 30, top + 40)))
    zones = {"status": Box(0, 0, image.width, 40), "tab": Box(0, image.height - 60, image.width, image.height)}
    return Shot(image, tuple(glyphs), zones, Box(20, 50, 140, 80))


def test_the_same_seed_writes_the_same_posts() -> None:
    """A figure could not be made again, or every seed would measure the same set."""
    assert make_originals(Pen(7), 120, 7) == POSTS
    assert {post.text for post in make_originals(Pen(8), 120, 8)}.isdisjoint(post.text for post in POSTS)


def test_phones_and_ids_are_nobody_s_and_never_repeat() -> None:
    """Two persons would share what the matcher tells them apart by, or a phone would be somebody's."""
    pen = Pen(9)
    posts = [*make_originals(pen, 100, 9), *make_distractors(pen, 400)]
    assert len({post.post_id for post in posts}) == len(posts)
    shared = [post for post in posts if post.twin_kind in ("name", "age", "address")]
    assert len({post.person.phone for post in posts}) == len(posts) - len(shared)
    assert all(re.fullmatch(r"1[3-9]\d0000\d{4}", post.person.phone) for post in posts)


def test_twins_differ_in_what_they_say_they_differ_in() -> None:
    """A twin that differs in more is too easy, one that doesn't differ would count as confused."""
    by_id = {post.post_id: post for post in POSTS}
    twins = [post for post in POSTS if post.twin_of]
    assert {twin.twin_kind for twin in twins} >= {"name", "phone", "address", "form"}
    for twin in twins:
        first = by_id[str(twin.twin_of)]
        assert twin.written != first.written
        for fact in ("name", "phone", "age", "address"):
            is_same = getattr(twin.person, fact) == getattr(first.person, fact)
            assert is_same or twin.twin_kind in ("form", fact)
        mended = twin.written.replace(twin.person.address, first.person.address)
        mended = mended.replace(twin.person.name, first.person.name).replace(twin.person.phone, first.person.phone)
        assert mended.replace(f"{twin.person.age}", f"{first.person.age}") == first.written.replace(
            f"{twin.person.age}", f"{first.person.age}"
        )


def test_halves_share_no_text() -> None:
    """What is tuned on would be what is measured."""
    half_of = {post.post_id: post.half for post in POSTS}
    assert all(post.half == half_of[post.twin_of] for post in POSTS if post.twin_of)
    counts = [sum(post.half == half for post in POSTS) for half in ("dev", "held")]
    assert abs(counts[0] - counts[1]) <= 6
    assert 0.3 < sum(post.is_absent for post in POSTS) / len(POSTS) < 0.7


@needs_font
def test_every_character_of_the_grammar_can_be_drawn() -> None:
    """A character that the font lacks is a box in the picture and a letter in the truth."""
    grammar = load_grammar()
    words = "".join("".join(alternatives) for alternatives in grammar.symbols.values())
    assert [char for char in sorted(set(words)) if not has_glyph(char)] == []
    assert not has_glyph("\U0001f600")


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_pleas_have_no_open_slots(seed: int) -> None:
    """A post would say {NAME}, which nobody writes and every matcher would learn."""
    rng = seeded(seed)
    person = Person("王小明", "70", "13900001234", "北汀区榆桥里", "奶奶")
    for template in (write_plea(rng), write_form(rng)):
        text = fill_facts(template, person)
        assert "{" not in text
        assert "}" not in text
        assert len(text) > 20


def test_posts_are_observations_that_can_be_imported() -> None:
    """The bench would measure rejects."""
    value = json.loads(to_line(POSTS[0]))
    assert value["platform"] == "weibo"
    assert value["id"] == POSTS[0].post_id.removeprefix("weibo:")
    assert value["text"] == POSTS[0].written


def test_pieces_are_the_text_without_faces() -> None:
    """The card would show another text than the truth names."""
    for post in POSTS:
        assert (
            "".join(piece["text"] for piece in split_pieces(post.written)) == post.text == strip_emoticons(post.written)
        )


@given(st.integers(1, 200), st.integers(0, 600), st.integers(1, 600))
@settings(max_examples=60, deadline=None)
def test_a_crop_shows_what_lies_inside_it(length: int, top: int, height: int) -> None:
    """The truth of half crops would name characters that were cut off."""
    text = "".join(chr(0x4E00 + at) for at in range(length))
    shot = make_shot(text)
    cropped = shot.cropped(Box(0, top, shot.image.width, top + height))
    inside = [g.char for g in shot.glyphs if min(g.box.bottom, top + height) - max(g.box.top, top) >= 28]
    assert cropped.visible_text() == "".join(inside)
    assert cropped.image.height == height


def test_a_crop_of_a_crop_hides_more() -> None:
    """What an earlier crop hid would be seen again after a later one."""
    shot = make_shot("一二三四五六七八九十" * 6)
    once = shot.cropped(Box(0, 140, shot.image.width, 400))
    twice = once.cropped(Box(0, 0, shot.image.width, 260))
    assert twice.visible_text() == once.visible_text()
    assert len(once.visible_text()) < 60


def make_post(text: str) -> Post:
    """A post that says what it is given."""
    return replace(POSTS[0], written=text, person=Person("王小明", "70", "13900001234", "北汀区榆桥里", "奶奶"))


def test_mosaics_hide_the_phone_and_the_name_and_nothing_else() -> None:
    """A mosaic that leaves the phone legible, or one that takes its neighbours, would falsify what the matcher had."""
    text = "求助我奶奶王小明今年七十岁电话13900001234请联系谢谢大家转发"
    post, shot = make_post(text), make_shot(text)
    rng = seeded(1)
    assert apply_change(rng, shot, "mosaic_phone", post).visible_text() == text.replace("13900001234", "")
    named = apply_change(rng, shot, "mosaic_name", post)
    assert named.visible_text() == text.replace("王小明", "")
    assert named.author is None
    assert named.image.tobytes() != shot.image.tobytes()


@needs_font
@pytest.mark.parametrize("change", CHANGES)
def test_every_change_gives_a_picture_of_some_words(change: str) -> None:
    """One transformation would fail in the middle of a set, or show nothing at all."""
    text = "求助我奶奶王小明今年七十岁电话13900001234请联系谢谢大家转发" * 3
    post, shot = make_post(text), make_shot(text)
    changed = apply_change(seeded(3), shot, change, post)
    again = apply_change(seeded(3), shot, change, post)
    assert changed.image.tobytes() == again.image.tobytes()
    assert changed.image.mode == "RGB"
    assert 0 < len(changed.visible_text()) <= len(text)
    data, kind = encode(seeded(3), changed.image, change)
    assert {"png": b"\x89PNG", "jpg": b"\xff\xd8\xff", "webp": b"RIFF"}[kind] == data[: 4 if kind != "jpg" else 3]


def test_half_crops_lose_about_half_of_the_words() -> None:
    """A "half crop" that loses nothing would make that row of the table a gift."""
    text = "求助我奶奶王小明今年七十岁电话13900001234请联系谢谢大家转发" * 6
    for change in ("part_top", "part_mid", "part_bot"):
        left = len(apply_change(seeded(2), make_shot(text), change, make_post(text)).visible_text())
        assert 0.35 < left / len(text) < 0.65


def test_stitched_shots_show_both() -> None:
    """The second post of a stitched picture would be missing from its truth."""
    both = stack(make_shot("甲" * 20), make_shot("乙" * 30))
    assert both.visible_text() == "甲" * 20 + "乙" * 30
    assert both.image.height == make_shot("甲" * 20).image.height + make_shot("乙" * 30).image.height


def test_changes_come_equally_often_in_a_plan() -> None:
    """A transformation would have a handful of pictures and a share that means nothing."""
    wanted = [change for group in plan_groups(POSTS, 10 * len(CHANGES), 1) for change in group.changes]
    assert {wanted.count(change) for change in CHANGES} == {10}
    assert len(CHANGES) >= 26


@needs_font
@needs_chromium
def test_cards_show_the_text_to_the_letter() -> None:
    """The characters that the browser has drawn would not be those that the truth names."""
    from benchmarks.screenshots.browser import open_printer

    with open_printer() as printer:
        for number, surface in enumerate(SURFACES):
            post = replace(POSTS[number], written=f"{POSTS[number].text[:90]}[泪]<b>&amp;完")
            frame = choose_frame(seeded(number), surface)
            shot = printer.render(draw_card(seeded(number), post, frame, 2))
            assert shot.visible_text() == post.text
            assert abs(shot.image.width - frame.width) <= 1
            assert (shot.author is None) == (surface == "notes" or (surface == "chat" and shot.author is None))


def test_every_picture_of_the_sample_world_is_there_and_small() -> None:
    """The replica would serve a grey pixel where the world says that a plea can be read."""
    folder = Path("data/world/shots")
    names = {name for event in read_events()[0] for name in event["images"]}
    assert {path.stem for path in folder.iterdir()} == names
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_500_000
    assert len({path.read_bytes() for path in folder.iterdir()}) == len(names)


def test_a_world_screenshot_is_taken_apart() -> None:
    """Name and time would be drawn into the body, or the mark of a cut text lost."""
    shown = read_shown("小河\n7-8 22:00 来自 iPhone客户端\n求助\n第二行...全文\n转发 412 评论 96", "小河")
    assert (shown.author, shown.when, shown.body) == ("小河", "7-8 22:00 来自 iPhone客户端", "求助\n第二行")
    assert (shown.is_cut, shown.counts) == (True, (412, 96))
    assert read_shown("【登记】\n姓名", "小河").author is None


@needs_font
def test_the_font_is_measured_by_its_missing_glyph() -> None:
    """has_glyph would call everything drawable."""
    assert has_glyph("求")
    assert has_glyph(" ")
    assert load_font(24).getlength("求") == 24
