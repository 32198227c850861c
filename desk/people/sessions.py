"""Session cookies and the form tokens that go with them. The file keeps digests only."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

SESSION_COOKIE = "houxu_session"
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"


def new_secret() -> str:
    """256 random bits for a cookie or an API token."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is stored of a random secret; it has too many values to be tried out, so no salt is needed."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def form_token(form_secret: bytes, session: str) -> str:
    """What a form of this session must carry: nobody without the cookie and the desk's secret can make it."""
    return hmac.new(form_secret, session.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def is_form_token(form_secret: bytes, session: str, given: str) -> bool:
    """Whether a form came from a page of this session."""
    return bool(session) and hmac.compare_digest(form_token(form_secret, session), given)
