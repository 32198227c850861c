"""Invented words for a big world: pleas that differ from one another, what their authors write later, and chatter."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

TOPICS = (
    "#澜州求助#",
    "#澜州就医#",
    "#澜州买药#",
    "#澜州透析#",
    "#沱阳暴雨求助#",
    "#沱阳救援#",
    "#沱阳失联#",
    "#沱阳物资#",
)
_WARDS = {
    "澜州": ("北汀区", "望溪区", "榆桥区", "东篱区", "南埠区"),
    "沱阳": ("青沱区", "柳堰县", "石埠县", "白陂县"),
}
_PLACES = (
    "红星社区",
    "柳园新村",
    "老纺织厂宿舍",
    "河东里",
    "三号码头",
    "石板村",
    "北岸小区",
    "书院巷",
    "粮站二楼",
    "桂花苑",
)
_WHO = ("我父亲", "我母亲", "我奶奶", "我外公", "邻居家老人", "我岳父", "我姑妈", "我爱人", "楼上的阿婆", "我大伯")
_SURNAMES = "沈桂雷薛岑柏苗康葛祁冷卓蒋邱温"
_GIVEN = "文秀立山云海春生玉兰长庚素芬国栋月娥永福"
_NEEDS = {
    "就医": (
        "尿毒症，每周要透析三次，封控后已经{days}天没有做上，腿肿得一按一个坑",
        "脑梗第{days}天，120打了三十多遍排不上车，半边身子动不了",
        "食管癌术后第{days}天，化疗该做第二程了，医院说要社区证明，社区说要医院证明",
        "心衰，氧气只够用到今晚，制氧机坏了{days}天没人来修",
        "高烧{days}天不退，血氧掉到八十九，没有医院肯收",
        "胰岛素断了{days}天，血糖二十几，药店说没有运力送",
        "孕三十八周见红，产检的医院停诊{days}天了，不知道去哪里生",
        "帕金森的药断了{days}天，人僵得翻不了身",
    ),
    "救援": (
        "水淹到一楼屋顶，困在二楼{days}天没有吃的，手机快没电了",
        "房子后墙塌了一半，老人腿被压伤{days}小时，冲锋舟进不来",
        "失联{days}小时，最后一次通话说在桥头等船",
        "村里断水断电{days}天，有两个不到一岁的孩子，奶粉没了",
        "困在厂房楼顶，一共{days}个人，水还在涨",
    ),
}
_ASKS = ("求好心人帮忙联系", "恳请有关部门看到", "求扩散", "帮转谢谢", "请救救老人", "哪怕告诉我该打哪个电话也好")
_LONG = (
    "社区的电话从早上打到晚上没有人接，街道让我们找居委会，居委会说已经登记，可是登记了四次也没有下文。"
    "家里只有我们两个人，我在隔离点出不去，只能在网上求大家。凡是能试的办法我们都试过了，"
    "实在没有别的路可走，请看到的人帮我们转一下，也许有人认识能帮上忙的人。"
)
_DONE = (
    "更新：{who}今天已经住进医院了，谢谢每一位转发的人，问题解决了，不用再转",
    "谢谢大家！{who}昨晚救出来了，人平安，请不要再扩散了",
    "药已经送到家门口，{who}吃上药了，感谢志愿者，求助结束",
    "报平安：{who}上午做上透析了，烧也退了，已解决，谢谢",
    "床位协调好了，{who}已经收治，大家的电话都接到了，谢谢，可以停止转发",
)
_UNDER_WAY = (
    "进展：社区刚刚打电话来，说在协调车辆，{who}还在家里等",
    "补充：已经登记上了，医院让等通知，{who}情况没有好转，还需要帮助",
    "刚接到街道的回电，答应今天给答复，请大家继续帮忙扩散",
    "救援队联系上我们了，说水太急要等天亮，{who}还困着",
)
_BYSTANDERS = (
    "帮转",
    "帮扩",
    "转发了，加油",
    "私信你了，看一下",
    "打过市长热线了吗",
    "我们小区也这样",
    "会好起来的",
    "@澜州发布 快看看",
)
_LEADS = ("", "帮转！", "帮扩：", "【求扩散】", "转自朋友圈：", "看到的帮忙转一下 ")
_CHATTER = (
    "封在家第{n}天，学会了蒸馒头，蒸成了石头",
    "楼下的桂花开了，可惜只能从窗口看，第{n}天",
    "今天团到了{n}个鸡蛋，全家像过年",
    "雨下了第{n}天，阳台漏水，拿盆接着",
    "记一笔：第{n}次核酸，队排到了路口",
    "孩子上网课第{n}天，我先学会了分数除法",
)
_TIPS = (
    "{topic} 整理了{n}个就医热线，按区列在图里，收藏备用",
    "{topic} 提醒大家：雨还要下{n}小时，别下地下车库",
    "{topic} 我这里有{n}箱矿泉水，可以送到路口，不要钱",
)


@dataclass(frozen=True, slots=True)
class PleaWords:
    """A plea's text with its topic, and whom it is for."""

    text: str
    topic: str
    who: str


def write_plea(chance: Random, number: int) -> PleaWords:
    """A plea unlike any other: its telephone carries its number (at most 300,000)."""
    topic = chance.choice(TOPICS)
    city = topic[1:3]
    kind = "救援" if city == "沱阳" and chance.random() < 0.7 else "就医"
    who = chance.choice(_WHO)
    name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, 2))
    need = chance.choice(_NEEDS[kind]).format(days=chance.randint(2, 19))
    place = f"{city}市{chance.choice(_WARDS[city])}{chance.choice(_PLACES)}{chance.randint(1, 60)}号"
    # Of the form of all our invented numbers, each its own.
    phone = f"1{30 + number // 10_000}0000{number % 10_000:04}"
    more = _LONG if chance.random() < 0.25 else ""
    text = (
        f"{topic} 求助！{who}{name}，{chance.randint(51, 93)}岁，住{place}，{need}。{more}"
        f"{chance.choice(_ASKS)}，联系电话 {phone}，{chance.choice(_ASKS)}"
    )
    return PleaWords(text, topic, who)


def write_copy(chance: Random, plea: PleaWords) -> str:
    """A pasted copy: with a lead of one's own, at times without the end."""
    body = plea.text if chance.random() < 0.8 else plea.text[: int(len(plea.text) * 0.85)]
    return chance.choice(_LEADS) + body


def write_update(chance: Random, plea: PleaWords, is_done: bool) -> str:
    """What the author says of it later."""
    return chance.choice(_DONE if is_done else _UNDER_WAY).format(who=plea.who)


def write_repost(chance: Random) -> str:
    """The words over a native repost."""
    return chance.choice(_BYSTANDERS)


def write_chatter(chance: Random) -> str:
    """Something else altogether."""
    return chance.choice(_CHATTER).format(n=chance.randint(3, 60))


def write_tip(chance: Random) -> str:
    """A post in a topic that asks for nothing."""
    return chance.choice(_TIPS).format(n=chance.randint(3, 40), topic=chance.choice(TOPICS))
