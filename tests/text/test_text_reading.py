"""What a post says before its facts are read: HTML, display, normal form, structure, words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.display import as_displayed
from pipeline.text.html import html_to_text
from pipeline.text.normal import normalise
from pipeline.text.structure import plain_words, read_structure

SLIPPERY = st.text(
    st.one_of(
        st.sampled_from("求助电话一三九0１①²🙏️⃣\u202e\u202c\u202d\u2066\u2069\u200b\u00ad…㎡著發\r\n<&>;a"),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("我 <3 你，a<b 而且 c>d", "我 <3 你，a<b 而且 c>d"),
        ("A&B 公司 R&D", "A&B 公司 R&D"),
        ("一<br />二<br>三", "一\n二\n三"),
        ("<a href='/n/某某'>@某某</a>:好", "@某某:好"),
        ('<span class="url-icon"><img alt=[允悲] src="https://example.org/a.png" /></span>', "[允悲]"),
        ('<img alt="[泪]" title="[泪]" src="x">', "[泪]"),
        ("前<script>if (a<b) {}</script>后", "前后"),
        ("前<!-- 看不见 -->后", "前后"),
        ("&lt;求助&gt; &amp; &#27714;", "<求助> & 求"),
        ('水到腰了 ...<a href="/status/1">全文</a>', "水到腰了 ...全文"),
        ("没有写完的<a href='", "没有写完的<a href='"),
    ],
)
def test_html_is_read_and_plain_text_passes(raw: str, shown: str) -> None:
    """Breaks if markup reaches the reader's text, or if a writer's own `<` is taken for markup."""
    assert html_to_text(raw) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("求\u200b助\ufe0f电\u00ad话", "求助电话"),
        ("\u202e助求\u202c了", "求助了"),
        ("急\u202e助求", "急求助"),
        ("\u202e床位\u202d一张\u202c求\u202c", "求一张位床"),
        ("\u2067透析\u2069床位", "透析床位"),
        ("\u202e4321\n5678", "1234\n5678"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("\ud83d求\x00助", "求助"),
        ("\U000e0041\U000e0042求助", "求助"),
        ("求\ufff1助\u17b4", "求助"),
    ],
)
def test_text_is_read_as_displayed(written: str, shown: str) -> None:
    """Breaks if invisible code points or reversed words hide a plea from the rules."""
    assert as_displayed(written) == shown


@given(SLIPPERY)
def test_display_is_idempotent(text: str) -> None:
    """Breaks if reading a stored text again changes it: masked text would drift at every rebuild."""
    shown = as_displayed(text)
    assert as_displayed(shown) == shown
    assert not any(unicodedata.category(character) in ("Cs", "Cc") for character in shown if character not in "\n\t")


@given(SLIPPERY)
def test_normal_spans_lead_back(text: str) -> None:
    """Breaks if a fact's span points at other words of the displayed text than those it was read from."""
    display = as_displayed(text)
    normal = normalise(display)
    assert normal.span(0, len(normal.text)) == (0, len(display)) or not normal.text or normal.span(0, 0)[0] > 0
    for position in range(len(normal.text)):
        start, end = normal.span(position, position + 1)
        assert 0 <= start < end <= len(display)
        assert normal.text[position] in normalise(display[start:end]).text


@pytest.mark.parametrize(
    ("display", "text"),
    [
        ("１３９①②𝟘𝟙", "1391201"),
        ("1⃣3⃣9⃣", "139"),
        ("➊❷⓿🔟", "12010"),
        ("電話：武漢", "电话:武汉"),
        ("等等……", "等等……"),
        ("٣٤", "34"),
        ("ABCabc", "ABCabc"),
    ],
)
def test_one_spelling_for_every_digit_and_script(display: str, text: str) -> None:
    """Breaks if a number written in keycaps, circles or mathematical digits is no number to the rules."""
    assert normalise(display).text == text


def test_chain_form_and_attribution_are_taken_apart() -> None:
    """Breaks if words of the chain count as the writer's own, or a form's labels are not known."""
    structure = read_structure(
        normalise(
            "帮转 转自@海边：【姓名】李四【年龄】67【联系方式】13900001234 "
            "http://t.cn/A6xyz #沱阳暴雨#🙏//@路人甲:扩//@路人乙:求助"
        )
    )
    assert [(link.name, link.text) for link in structure.chain] == [("路人甲", "扩"), ("路人乙", "求助")]
    assert "求助" not in structure.own.text
    assert [(field.label, field.value) for field in structure.fields][:2] == [("name", "李四"), ("age", "67")]
    assert structure.attribution is not None
    assert (structure.attribution.kind, structure.attribution.name) == ("forwarded", "")
    assert [topic.text for topic in structure.topics] == ["#沱阳暴雨#"]
    assert "http" not in plain_words(structure)
    assert "🙏" not in plain_words(structure)


@pytest.mark.parametrize("words", ["转发微博", "轉發微博", "Repost", "", "//@某某:求助"])
def test_bare_reposts(words: str) -> None:
    """Breaks if a repost without a word of its own counts as somebody's words."""
    assert read_structure(normalise(words)).is_bare_repost


@pytest.mark.parametrize(
    ("words", "is_cut"), [("水到腰了 ...全文", True), ("水到腰了…展开", True), ("请看全文", False)]
)
def test_cut_texts_are_known(words: str, is_cut: bool) -> None:
    """Breaks if a list's shortened text is taken for the whole one."""
    assert read_structure(normalise(words)).is_cut is is_cut


def test_a_plain_label_is_a_field() -> None:
    """Breaks if `姓名：` without brackets is not seen as a form."""
    fields = read_structure(normalise("患者姓名：王五\n联系电话（女儿）：139 0000 1234\n家庭住址：澜州市榆桥区")).fields
    assert [field.label for field in fields] == ["name", "phone", "address"]
    assert fields[2].value == "澜州市榆桥区"
