"""The sentences at the top of the page: what became stale, who still waits, how complete the night was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pipeline.report.holes import told_sources
from pipeline.report.labels import category_name
from pipeline.report.values import cut_name, duration, local_time
from pipeline.store.report_values import NightReport


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its English echo; `tone` is plain, warn or good."""

    zh: str
    en: str
    tone: str = "plain"


def write_headline(report: NightReport, holes: Sequence[str]) -> tuple[Sentence, ...]:
    """The three sentences, in the order of the page."""
    return (_stale(report), _open(report), _completeness(report, holes))


def _stale(report: NightReport) -> Sentence:
    totals = report.stale_totals
    period_zh, period_en = _period(report)
    still_zh = f"连同早先的，共有 {totals.posts} 条仍在求助的过时转发。" if totals.posts > totals.new_posts else ""
    if not totals.new_posts:
        return Sentence(f"{period_zh}没有新的过时转发。{still_zh}", f"No post became stale {period_en}.")
    late_zh = ""
    if totals.new_late_posts:
        longest = duration(timedelta(seconds=totals.longest_new_lag_seconds or 0))
        late_zh = f"，其中 {totals.new_late_posts} 条是在作者说明之后才发出的，最多晚了 {longest}"
    return Sentence(
        f"{period_zh}有 {totals.new_posts} 条帖子成为过时转发，涉及 {totals.new_cases} 个个案{late_zh}。{still_zh}",
        f"{totals.new_posts} posts in {totals.new_cases} cases became stale {period_en};"
        f" {totals.new_late_posts} of them were posted after the author's words.",
    )


def _period(report: NightReport) -> tuple[str, str]:
    since = report.period.since
    if since is None:
        return "第一次运行：", "(first run)"
    if report.period.kind == "day":
        return "过去 24 小时", "in the last 24 hours"
    moment = local_time(since, report.now)
    return f"自上次运行（{moment}）以来", f"since the last run ({moment} Shanghai)"


def _open(report: NightReport) -> Sentence:
    totals = report.open_totals
    if not totals.cases:
        return Sentence("目前没有仍在求助的个案。", "No case is open.")
    longest = report.open_cases[0]
    if longest.opened_at is None:
        return Sentence(f"{totals.cases} 个个案仍在求助，发布时间都不明。", f"{totals.cases} cases are open.")
    waited = duration(report.now - longest.opened_at)
    where = "，".join((category_name(longest.category), cut_name(longest.district or "地点不明")))
    progress = f"（{totals.in_progress} 个已有人处理）" if totals.in_progress else ""
    return Sentence(
        f"{totals.cases} 个个案仍在求助{progress}，等得最久的已有 {waited}（{where}）。",
        f"{totals.cases} cases are open, {totals.in_progress} of them in progress.",
    )


def _completeness(report: NightReport, holes: Sequence[str]) -> Sentence:
    if report.run is None:
        return Sentence(holes[0], "There has been no run yet: nothing below means that nothing happened.", "warn")
    if holes:
        more = f"，等 {len(holes)} 处" if len(holes) > 1 else ""
        return Sentence(
            f"这一夜不完整：{holes[0].rstrip('。')}{more}。没看到的，不等于没有发生。",
            f"This night has {len(holes)} hole(s). What was not seen may still have happened.",
            "warn",
        )
    if not report.sources:
        return Sentence("这次没有采集，只处理了已有的数据。", "Nothing was crawled; only stored data was read.")
    told = told_sources(report.sources)
    requests = sum(source.requested for source in told)
    return Sentence(
        f"这一夜看全了：{len(told)} 项查询都完整，共 {requests} 次请求，没有一次被拒绝。",
        "This night is complete: every query was seen to its end and nothing was refused.",
        "good",
    )
