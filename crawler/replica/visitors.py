"""The cookie that a site gives to whoever comes without an account (platforms.md §5.2): replica mode `session`."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field

from crawler.replica.answers import Answer

VISITOR_PATH = "/visitor/genvisitor2"
_SUB = re.compile(r"(?:^|;\s*)SUB=([^;]+)")


@dataclass(slots=True)
class Visitors:
    """Cookies given so far. Each is good for `life` requests, None for any number; more are given while `is_open`."""

    life: int | None = None
    is_open: bool = True
    given: int = 0
    _used: Counter[str] = field(default_factory=Counter)

    def answer_new(self) -> Answer:
        """A new cookie as JSONP, or the code of a refusal."""
        if not self.is_open:
            return _answer({"retcode": 50111261, "msg": "system error"})
        self.given += 1
        data = {"sub": f"_2AkVisitor{self.given}", "subp": f"0033Wr{self.given}", "tid": f"01A{self.given}"}
        self._used[data["sub"]] = 0
        return _answer({"retcode": 20000000, "msg": "succ", "data": data})

    def read_access(self, cookie: str) -> str:
        """What a request with this Cookie header may see: `visitor`, or `none` without a cookie that still works."""
        match = _SUB.search(cookie)
        if match is None or match[1] not in self._used:
            return "none"
        self._used[match[1]] += 1
        return "visitor" if self.life is None or self._used[match[1]] <= self.life else "none"


def _answer(value: dict[str, object]) -> Answer:
    body = f"window.visitor_gray_callback && visitor_gray_callback({json.dumps(value)});"
    return Answer(body.encode(), content_type="application/javascript")
