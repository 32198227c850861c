"""Each extractor on forms that people write; every person and number is invented."""

from __future__ import annotations

import pytest

from pipeline.facts.extract import extract_facts, mask
from pipeline.facts.gazetteer import Place
from pipeline.facts.places import locate
from pipeline.text.display import as_displayed


def _read(kind: str, text: str) -> list[str]:
    return [fact.value for fact in extract_facts(as_displayed(text)) if fact.kind == kind]


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("电话13900001234", ["13900001234"]),
        ("139 0000 1234", ["13900001234"]),
        ("1390000-1234", ["13900001234"]),
        ("139.0000.1234", ["13900001234"]),
        ("１３９００００１２３４", ["13900001234"]),
        ("1️⃣3️⃣9️⃣0️⃣0️⃣0️⃣0️⃣1️⃣2️⃣3️⃣4️⃣", ["13900001234"]),
        ("𝟏𝟑𝟗𝟎𝟎𝟎𝟎𝟏𝟐𝟑𝟒", ["13900001234"]),
        ("①③⑨⓪⓪⓪⓪①②③④", ["13900001234"]),
        ("幺三九零零零零幺二三四", ["13900001234"]),
        ("一五〇-零零零零-五五五五", ["15000005555"]),
        ("1 3 9 0 0 0 0 1 2 3 4", ["13900001234"]),
        ("1\u200b39\u20600000\u200b1234", ["13900001234"]),
        ("+86 139-0000-1234", ["13900001234"]),
        ("13900001234/13800005678", ["13900001234", "13800005678"]),
        ("1390000123413800005678", ["13900001234", "13800005678"]),
        ("1️⃣13900001234 2️⃣13800005678", ["13900001234", "13800005678"]),
        ("139000012342⃣13800005678", ["13900001234", "13800005678"]),
        ("李四13900001234王五13800005678", ["13900001234", "13800005678"]),
        ("027-88880001转802", ["02788880001x802"]),
        ("(0371)8888 0001", ["037188880001"]),
        ("0571-88880002-803", ["057188880002x803"]),
        ("居委会电话：88880001", ["88880001"]),
        ("139****1234", ["139****1234"]),
        ("186●●●●6798", ["186****6798"]),
        ("+852 9123 4567", ["+85291234567"]),
        ("联系 139\n0000\n1234", ["13900001234"]),
        ("联系 139 0000\n1234", ["13900001234"]),
        ("联系 1390000\n1234", ["13900001234"]),
        ("联系 139，0000，1234", ["13900001234"]),
        ("联系 139🙏0000🙏1234", ["13900001234"]),
        ("联系 139の0000の1234", ["13900001234"]),
        ("联系 139OOOO1234", ["13900001234"]),
        ("联系 l3900001234", ["13900001234"]),
        ("新增139例，4500人核酸，2000人转运", []),
        ("型号 I3OOOOOOO1l", []),
        ("QQ群：13900001234", []),
        ("订单号 4751234567890123", []),
        ("时间202407101230", []),
        ("打12345和120都占线", []),
        ("共筹得13900001234元", []),
        ("见 https://weibo.com/1234567890/4751390000123400", []),
    ],
)
def test_phones(text: str, phones: list[str]) -> None:
    """Breaks if a way of writing a phone is missed (and stored in the clear) or a number that is none is called."""
    assert _read("phone", text) == phones


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("身份证990101195301010011", []),
        ("身份证号420106195301010011", ["420106195301010011"]),
        ("身份证 420106 19530101 001X", ["42010619530101001X"]),
        ("证件420106530101001", ["420106530101001"]),
        ("单号 420106195301010011", []),
    ],
)
def test_id_numbers(text: str, numbers: list[str]) -> None:
    """Breaks if an announced ID number is missed, or an order number is taken for one."""
    assert _read("id_number", text) == numbers


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("我妈67岁", ["67"]),
        ("六十七岁", ["67"]),
        ("年龄：67", ["67"]),
        ("【年龄】67", ["67"]),
        ("今年67，", ["67"]),
        ("67周岁", ["67"]),
        ("八旬老人", ["80"]),
        ("30多岁", ["30"]),
        ("8个月大", ["0.67"]),
        ("出生15天", ["0.04"]),
        ("一岁零三个月", ["1.25"]),
        ("奶奶七十四。", ["74"]),
        ("爸61岁妈60岁", ["61", "60"]),
        ("女，35，住榆桥区", ["35"]),
        ("体温38.5，第67天，67号楼", []),
        ("3岁以下免费", []),
        ("怀孕8个月", []),
        ("等了40天", []),
        ("烧到39度", []),
    ],
)
def test_ages(text: str, ages: list[str]) -> None:
    """Breaks if an age is missed, or a temperature, a house or a day count is read as one."""
    assert _read("age", text) == ages


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("武汉洪山", Place("湖北省", "武汉市", "洪山区")),
        ("地址：武漢市洪山區", Place("湖北省", "武汉市", "洪山区")),
        ("浦东新区三林镇", Place("上海市", "上海市", "浦东新区")),
        ("新乡卫辉", Place("河南省", "新乡市", "卫辉市")),
        ("澜州榆桥区", Place("江澜省", "澜州市", "榆桥区")),
        ("在鼓楼区", Place("", "", "鼓楼区")),
        ("鼓楼区，徐州", Place("江苏省", "徐州市", "鼓楼区")),
        ("北京朝阳", Place("北京市", "北京市", "朝阳区")),
        ("我老家在河南，现住上海闵行", Place("上海市", "上海市", "闵行区")),
        ("山东寿光出来的，人在苏州太仓", Place("江苏省", "苏州市", "太仓市")),
        ("南京西路和北京路", None),
        ("楼道里没有灯", None),
        ("朝阳升起来了", None),
        ("求合作，求资源", None),
    ],
)
def test_places(text: str, place: Place | None) -> None:
    """Breaks if help is sent to a street's namesake, a birthplace, or the wrong one of two districts."""
    assert locate(extract_facts(as_displayed(text))) == place


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("住榆桥区槐荫路88号", "住榆桥区××路×号"),
        ("阳光花园3栋2单元502室", "阳光花园×栋×单元×室"),
        ("阳光花园三栋二单元五〇二室", "阳光花园×栋×单元×室"),
        ("槐荫里小区3-2-502", "槐荫里小区×-×-×"),
        ("长江路1200弄35号502室", "××路×弄×号×室"),
        ("19楼5室", "×楼×室"),
        ("下河村55号", "下河村×号"),
        ("住三栋五零一，等药", "住×栋×，等药"),
        ("三栋五百人，二单元一一零报警", "三栋五百人，二单元一一零报警"),
        ("青石路No.12", "××路No.×"),
        ("NO.1，No.5病房", "NO.1，No.5病房"),
        ("卡号6222000000001234567谢谢", "卡号62*****************谢谢"),
        ("银行卡 6222 0000 0000 1234 567", "银行卡 62*****************"),
        ("7月20号，地铁2号线", "7月20号，地铁2号线"),
        ("3号仓库，1号方舱", "3号仓库，1号方舱"),
        ("电话139 0000 1234。", "电话139****1234。"),
        ("027-88880001转802", "027-****0001转***"),
        ("身份证420106195301010011", "身份证420***************"),
        ("QQ 13900001234", "QQ 139****1234"),
    ],
)
def test_masks(text: str, masked: str) -> None:
    """Breaks if a house, a phone or an ID number would be stored in the clear, or a date is masked as a house."""
    assert mask(text, extract_facts(text)).text == masked


def test_persons_are_masked_in_the_fact_only() -> None:
    """Breaks if a name behind a cue is missed or stored unmasked beside the text."""
    facts = [fact for fact in extract_facts("患者姓名：李婷婷，联系人张三 13900001234") if fact.kind == "person"]
    assert [(fact.value, fact.masked) for fact in facts] == [("李婷婷", "李*婷"), ("张三", "张*")]


def test_spans_count_in_the_text_that_was_read() -> None:
    """Breaks if a fact's span in the display or in the masked text holds other words than the fact."""
    text = "🙏电話１３９００００１２３４，我父亲67岁，住武漢市洪山區"
    facts = extract_facts(text)
    assert {fact.kind: text[fact.start : fact.end] for fact in facts} == {
        "phone": "１３９００００１２３４", "age": "67岁", "place": "武漢市洪山區",
    }  # fmt: skip
    masked = mask(text, facts)
    assert {fact.kind: masked.text[fact.start : fact.end] for fact in masked.facts} == {
        "phone": "139****1234", "age": "67岁", "place": "武漢市洪山區",
    }  # fmt: skip
