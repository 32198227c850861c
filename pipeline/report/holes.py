"""What the night did not see, as sentences; an empty answer is the only one that may be called complete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pipeline.report.values import cut_name, duration, first_line
from pipeline.store.report_values import NightReport, Run
from pipeline.store.runs import RunSource

# The query under which the ledger keeps the sum of a spider.
WHOLE = "*"
# A night later than this after the last one means that a night is missing.
_LATEST_RUN_AGE = timedelta(hours=26)


def find_holes(report: NightReport) -> tuple[str, ...]:
    """Every hole of the night, the largest first."""
    if report.run is None:
        return ("还没有任何运行记录：下面的一切都不能当作“没有事”。",)
    unseen = [sentence for source in told_sources(report.sources) for sentence in _source_holes(source)]
    return (*_run_holes(report, report.run, unseen), *unseen, *_input_holes(report))


def told_sources(sources: Sequence[RunSource]) -> tuple[RunSource, ...]:
    """The rows that say something of their own: a spider's sum (query `*`) only where it has a note or stands alone."""
    split = {source.source for source in sources if source.query != WHOLE}
    return tuple(one for one in sources if one.query != WHOLE or one.note or one.source not in split)


def _run_holes(report: NightReport, run: Run, unseen: Sequence[str]) -> Iterator[str]:
    if run.outcome == "failed":
        yield f"这次运行失败了{_noted(run.note)}，以下内容停留在失败之前。"
    # The note of a partial night repeats what its sources say.
    if run.outcome == "partial" and not unseen:
        yield f"这次运行只完成了一部分{_noted(run.note)}。"
    if run.outcome is None and not report.is_run_named:
        yield "最近一次运行没有跑完，或者还在运行。"
    if report.now - run.started_at > _LATEST_RUN_AGE:
        yield f"最近一次运行已是 {duration(report.now - run.started_at)}前，此后发生的事都没有看到。"
    if run.kind == "nightly" and not report.sources:
        yield "这一夜没有任何来源的记录：什么也没有采集到。"


def _source_holes(source: RunSource) -> Iterator[str]:
    name = cut_name(source.source) + (f"「{cut_name(source.query)}」" if source.query not in ("", WHOLE) else "")
    if not source.complete:
        yield f"{name}没有看全，{_refusals(source)}{_noted(source.note)}。"
    elif source.refused:
        yield f"{name}有 {source.refused} 次请求被拒绝{_noted(source.note)}。"
    elif source.requested and not source.seen:
        yield f"{name}发出 {source.requested} 次请求，一条也没看到：未必是平静，也可能是页面变了{_noted(source.note)}。"


def _input_holes(report: NightReport) -> Iterator[str]:
    unverified = report.open_totals.not_verified_in_24_h
    if unverified:
        yield f"{unverified} 个仍在求助的个案超过 24 小时没有核对成功，作者可能已有新消息。"
    if report.reject_count:
        yield f"有 {report.reject_count} 行输入被退回，没有进入数据库。"


def _refusals(source: RunSource) -> str:
    asked = f"发出 {source.requested} 次请求"
    return f"{asked}，{source.refused} 次被拒绝" if source.refused else asked


def _noted(note: str | None) -> str:
    words = first_line(note)
    return f"（{words.lead}）" if words else ""
