"""Invented stories as import lines: enough of each kind of event for laws to be tried on."""

from __future__ import annotations

from typing import Any

from tests.process.home import OTHER_PLEA, PLEA, THANKS, deleted, observed, seen_again

ORIGIN = observed("a1", PLEA, "07-08T22:00", author_name="望溪阿桂")
COPY = observed("b1", f"转自@望溪阿桂 ：{PLEA}", "07-08T23:10", author_id="u2", author_name="转发小队长")
LATE_COPY = observed("b2", f"还没人管吗！到今天还没有做上透析！{PLEA}", "07-10T09:00", author_id="u3")
REPOST = observed("c1", "急，帮转", "07-08T22:30", author_id="u4", repost_of="a1")
QUESTION = observed("k1", "联系上医院了吗？", "07-09T08:00", author_id="u5", reply_to="a1")
ANSWER = observed("k2", "联系上了，下午去", "07-09T08:20", reply_to="k1")
UPDATE = observed("a2", THANKS, "07-09T15:00", author_name="望溪阿桂")

FLOOD = observed("f1", OTHER_PLEA, "07-09T06:00", author_id="u6")
FLOOD_COPY = observed("f2", f"求扩散！{OTHER_PLEA}", "07-09T07:00", author_id="u7")
FLOOD_EDIT = seen_again(
    FLOOD,
    "07-10T02:00",
    text=f"【已解决】两位老人和孩子都已被救援队接走，谢谢大家。\n{OTHER_PLEA}",
    edited_at="2024-07-09T20:00:00+08:00",
)

MILK = observed(
    "m1",
    "求助，东篱区梧桐里小区，孩子八个月，奶粉只够吃一天了，小区不让出门，求代购两罐奶粉",
    "07-09T09:00",
    author_id="u8",
)
MILK_GONE = (deleted(MILK, "07-10T02:00"), deleted(MILK, "07-11T02:00"))
MILK_COPY = observed(
    "m2",
    "帮转：求助，东篱区梧桐里小区，孩子八个月，奶粉只够吃一天了，小区不让出门，求代购两罐奶粉",
    "07-09T11:00",
    author_id="u9",
)
ROUND_UP = observed(
    "r1",
    f"【求助信息汇总】7月9日中午更新\n1. {PLEA[6:70]}电话13900001234\n2. {OTHER_PLEA[7:60]}电话15200007788\n"
    "3. 东篱区梧桐里小区，孩子八个月，奶粉只够吃一天了，求代购两罐奶粉，电话13300004455\n都还没有解决，请大家帮忙转发",
    "07-09T12:00",
    author_id="u10",
)
TALK = observed("t1", "今天的云很好看，楼下的猫也来了", "07-09T12:30", author_id="u2")

STORY: tuple[dict[str, Any], ...] = (
    ORIGIN,
    COPY,
    LATE_COPY,
    REPOST,
    QUESTION,
    ANSWER,
    UPDATE,
    seen_again(ORIGIN, "07-10T02:00"),
    FLOOD,
    FLOOD_COPY,
    FLOOD_EDIT,
    MILK,
    MILK_COPY,
    *MILK_GONE,
    ROUND_UP,
    TALK,
)
