"""Why a line of a labelled file cannot be read, in words."""

from __future__ import annotations

import json


def why_wrong(error: Exception) -> str:
    """What a person can mend, of what reading a line raised."""
    match error:
        case KeyError(args=(str() as name,)):
            return f"缺少 {name} / {name} is missing"
        case json.JSONDecodeError():
            return f"不是合法的 JSON / not JSON: {error.msg} at column {error.colno}"
        case _:
            return f"有一项的类型不对 / a value is of another type than expected: {error}"
