"""The Chinese words for what the tables say in English; one place, used by every screen."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

STATUS_ZH = {
    "open": "求助中",
    "in_progress": "处理中",
    "resolved": "已解决",
    "withdrawn": "作者已撤回",
    "closed": "已终止",
}
ROLE_ZH = {
    "origin": "首发",
    "author_update": "作者进展",
    "author_post": "作者帖子",
    "repost": "转发",
    "copy": "搬运",
    "screenshot": "截图",
    "comment": "评论",
    "official_reply": "官方回复",
    "round_up": "汇总",
}
UPDATE_ZH = {
    "progress": "有进展",
    "resolved": "已解决",
    "withdrawn": "撤回",
    "closed": "终止",
    "reopened": "再次求助",
}
SOURCE_ZH = {"author": "作者", "official": "官方", "third_party": "第三方", "desk": "核查台"}
AVAILABILITY_ZH = {
    "visible": "可见",
    "deleted_by_author": "作者已删除",
    "removed_by_platform": "平台已删除",
    "hidden_by_author": "作者已隐藏",
    "account_gone": "账号已注销",
    "age_limited": "仅展示半年内",
    "not_found": "不存在",
    "blocked": "未能看到（被拒）",
}
RELATION_ZH = {"same_household": "同一家", "same_author": "同一作者", "possible_duplicate": "可能重复"}
CERTAINTY_ZH = {"certain": "确定", "earliest_seen": "目前见到最早的，不一定是首发"}

BEIJING = timezone(timedelta(hours=8))


def beijing(moment: datetime | None) -> str:
    """`2024-07-09 22:00` on a Beijing clock."""
    return "时间不明" if moment is None else moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def lasting(seconds: float) -> str:
    """A span in Chinese, two units at the most: 2 天 3 小时, 45 分钟."""
    minutes = int(seconds) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "天"), (hours, "小时"), (0 if days else minutes, "分钟")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "不到 1 分钟"
