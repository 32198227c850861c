"""How often somebody may try: a window that slides, in memory, forgotten when the desk stops."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

_MOST_NAMES = 10_000


class Limit:
    """At most `most` events of one name within `window`."""

    def __init__(self, most: int, window: timedelta) -> None:
        self._most = most
        self._window = window
        self._events: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def is_reached(self, name: str, now: datetime) -> bool:
        """Whether one more would be too many."""
        with self._lock:
            return len(self._recent(name, now)) >= self._most

    def note(self, name: str, now: datetime) -> None:
        """Count an event."""
        with self._lock:
            if len(self._events) >= _MOST_NAMES:
                self._events = {key: times for key, times in self._events.items() if self._recent(key, now)}
            self._recent(name, now).append(now)

    def take(self, name: str, now: datetime) -> bool:
        """Count an event if it is not too many; False where it is."""
        with self._lock:
            recent = self._recent(name, now)
            if len(recent) >= self._most:
                return False
            recent.append(now)
            return True

    def _recent(self, name: str, now: datetime) -> deque[datetime]:
        times = self._events.setdefault(name, deque())
        while times and times[0] <= now - self._window:
            times.popleft()
        return times
