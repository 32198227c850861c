"""Logs without the words of the people whom we read."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter


class QuietLogFormatter(LogFormatter):
    """Scrapy's formatter, except that no observation is ever written to a log, at any level."""

    def scraped(self, item: Any, response: Any, spider: Any) -> Any:
        """Nothing."""
        return None

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:
        """The reason without the item."""
        return super().dropped("(observation)", exception, response, spider)

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:
        """The error without the item."""
        return super().item_error("(observation)", exception, response, spider)
