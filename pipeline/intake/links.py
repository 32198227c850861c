"""Links as they may be stored: what somebody wrote behind the address may be a phone."""

from __future__ import annotations

import re

from pipeline.facts.phones import mask_mobile

# In the path a number is the platform's own: an answer on Zhihu has as many digits as a mobile.
_BEHIND_PATH = re.compile(r"[?#].*|\A(?:tel|sms|mailto|weixin):.*", re.DOTALL | re.IGNORECASE)
_MOBILE = re.compile(r"(?<!\d)(?:86)?(1[3-9]\d{9})(?!\d)")


def stored_link(url: str | None) -> str | None:
    """A link without the mobile numbers behind its path."""
    if url is None:
        return None
    return _BEHIND_PATH.sub(lambda part: _MOBILE.sub(lambda found: mask_mobile(found[1]), part[0]), url)
