"""What a screenshot says is read to the letter, and put together as the posts that it shows."""

from __future__ import annotations

import pytest

from pipeline.errors import UserError
from pipeline.images.layout.chrome import cut_tail, kind_of, platform_of, read_time
from pipeline.images.ocr.tiles import HIGHEST, cut_rows
from pipeline.images.reading import Reading
from tests.images.pictures.draw import AUTHOR, STRANGER
from tests.process.home import OTHER_PLEA, PLEA, THANKS

np = pytest.importorskip("numpy")


def plain(text: str) -> str:
    """Without blanks and line ends, which a picture does not keep."""
    return "".join(text.split())


@pytest.mark.parametrize("name", ["plea_light.png", "plea_dark.png"])
def test_words_name_time_and_source_are_read(readings: dict[str, Reading], name: str) -> None:
    """The status bar, the counters or the theme would end up in the words, or the words would not be read."""
    (post,) = readings[name].posts
    assert plain(post.body) == plain(PLEA)
    assert (post.author, post.posted_at, post.source) == (AUTHOR, "7月8日22:00", "iPhone客户端")
    assert not post.is_masked
    assert not post.is_cut


def test_two_posts_in_one_picture_stay_two(readings: dict[str, Reading]) -> None:
    """Two people's pleas would become one text, with two phones and two addresses."""
    posts = readings["two_pleas.png"].posts
    assert [(post.author, plain(post.body)) for post in posts] == [(AUTHOR, plain(PLEA)), (STRANGER, plain(OTHER_PLEA))]


def test_an_update_below_the_plea_is_a_post_of_its_own(readings: dict[str, Reading]) -> None:
    """What the author said later would be read as part of the plea."""
    plea, thanks = readings["plea_and_thanks.png"].posts
    assert plain(plea.body) == plain(PLEA)
    assert (thanks.author, plain(thanks.body)) == (AUTHOR, plain(THANKS))


def test_boxes_lie_in_the_picture_in_reading_order(readings: dict[str, Reading]) -> None:
    """A page that highlights what was read would mark the wrong places."""
    for reading in readings.values():
        assert reading.lines
        for left, top, right, bottom in (line.box for line in reading.lines):
            assert 0 <= left < right <= reading.width
            assert 0 <= top < bottom <= reading.height
        tops = [post.box[1] for post in reading.posts]
        assert tops == sorted(tops)


@pytest.mark.parametrize(
    ("line", "time", "source"),
    [
        ("刚刚", "刚刚", None),
        ("5分钟前 来自 华为手机", "5分钟前", "华为手机"),
        ("昨天 23:02 已编辑", "昨天23:02", None),
        ("07-15 13:28 来自iPhone客户端", "07-1513:28", "iPhone客户端"),
        ("2024年7月6日 17:01", "2024年7月6日17:01", None),
        ("7月8日 11:04 来自砚川", "7月8日11:04", "砚川"),
    ],
)
def test_times_as_apps_write_them(line: str, time: str, source: str | None) -> None:
    """The time a post shows would be taken for its words, or for the next person's name."""
    found = read_time(line)
    assert found is not None
    assert (found.time, found.source) == (time, source)


@pytest.mark.parametrize(
    "line",
    [
        "昨天下午三点开始发烧到现在没有退",
        "7月8日22:00开始断药，求救",
        "12345打了18个",
        "5分钟前还能说话，现在叫不醒了，快来人",
    ],
)
def test_sentences_that_begin_with_a_time_are_words(line: str) -> None:
    """A line of the plea would vanish as an app's own."""
    assert read_time(line) is None
    assert kind_of(line, is_top=False) is None


@pytest.mark.parametrize(
    "line", ["转发 471", "评论", "赞 1.2万", "+关注", "微博正文", "发布于 澜州", "桐花里互助群(328)", "首页"]
)
def test_what_apps_write_is_not_words(line: str) -> None:
    """Counters and buttons would make two pictures of one post different."""
    assert kind_of(line, is_top=False) is not None


def test_a_status_bar_is_one_only_at_the_top() -> None:
    """A line of the plea that is a percentage would vanish; or the battery would be words."""
    assert kind_of("4G 54%", is_top=True) == "status"
    assert kind_of("54%", is_top=False) is None


@pytest.mark.parametrize(
    ("lines", "platform"),
    [
        (["09:41", "微博正文", "求助"], "weibo"),
        (["朋友圈", "求助"], "wechat"),
        (["桐花里互助群(328)"], "wechat"),
        (["备忘录", "完成"], "notes"),
        (["求助，请大家转发"], None),
    ],
)
def test_the_page_tells_its_platform(lines: list[str], platform: str | None) -> None:
    """Somebody who looks for the original would search on the wrong site."""
    assert platform_of(lines) == platform


def test_a_folded_post_is_known_to_be_cut() -> None:
    """全文 would become part of the plea, and what is missing would count against a match."""
    assert cut_tail("已经四天没有透析了...全文") == ("已经四天没有透析了", True)
    assert cut_tail("请看全文再转") == ("请看全文再转", False)


@pytest.mark.parametrize("height", [10, HIGHEST, HIGHEST + 1, 5 * HIGHEST + 77])
def test_tiles_cover_a_picture_once(height: int) -> None:
    """Lines of a long picture would be read twice or not at all."""
    pixels = np.full((height, 40, 3), 255, np.uint8)
    pixels[::50, 5:30] = 0
    cuts = list(cut_rows(pixels))
    assert [top for top, _ in cuts] == [0, *(bottom for _, bottom in cuts[:-1])]
    assert cuts[-1][1] == height
    assert all(0 < bottom - top <= HIGHEST for top, bottom in cuts)


def test_tiles_are_cut_between_lines() -> None:
    """A line would lie in two tiles and be read in neither."""
    pixels = np.full((4_000, 100, 3), 255, np.uint8)
    inked = np.zeros(4_000, np.bool_)
    for top in range(20, 3_960, 60):
        pixels[top : top + 40, 10:90:3] = 0
        inked[top : top + 40] = True
    assert not any(inked[bottom] for _, bottom in list(cut_rows(pixels))[:-1])


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody without the ocr extra would meet a traceback."""
    from pipeline.images.ocr import models

    monkeypatch.setattr(models, "missing_packages", lambda: ["openvino"])
    with pytest.raises(UserError, match=r"houxu\[ocr\]"):
        models.require_packages()
