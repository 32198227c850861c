"""Logging in through an OpenID Connect provider: a small real one on loopback, and what must not get in."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from desk.people.oidc import find_provider
from pipeline.errors import UserError
from pipeline.settings import OidcSettings, Settings
from tests.desk.conftest import NOW, Browser, add_user, browse, words_of
from tests.process.home import Home


@dataclass(slots=True)
class Provider:
    """A provider that lets everybody in as `claims` say; a test may spoil what it gives out."""

    key: RSAKey
    signing_key: RSAKey
    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens_given: int = 0

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes on to."""
        code = f"code{len(self.asked)}"
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """The token for a code; None for a wrong verifier."""
        query = self.asked.pop(form.get("code", ""), None)
        digest = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if query is None or query["code_challenge_method"] != "S256" or query["code_challenge"] != digest:
            return None
        self.tokens_given += 1
        at = int(NOW.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": "houxu",
            "sub": "42",
            "iat": at,
            "exp": at + 300,
            "nonce": query["nonce"],
            "email": "anna@news.example",
            "email_verified": True,
        } | self.claims
        signed = jwt.encode({"alg": self.algorithm, "kid": "k"}, claims, self.signing_key, algorithms=[self.algorithm])
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@pytest.fixture(scope="module")
def keys() -> tuple[RSAKey, RSAKey]:
    """The provider's key and a stranger's."""
    return tuple(RSAKey.generate_key(2048, {"kid": "k"}) for _ in range(2))  # type: ignore[return-value]


@pytest.fixture
def provider(keys: tuple[RSAKey, RSAKey]) -> Iterator[Provider]:
    """The provider, served on loopback."""
    one = Provider(keys[0], keys[0])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self._answer(302, {}, one.authorize(_flat(parts.query)))
            elif parts.path == "/keys":
                self._answer(200, {"keys": [one.key.as_dict(private=False)]})
            else:
                names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
                self._answer(
                    200, {"issuer": one.issuer} | {name: f"{one.issuer}/{path}" for name, path in names.items()}
                )

        def do_POST(self) -> None:
            form = _flat(self.rfile.read(int(self.headers["Content-Length"])).decode())
            told = one.token(form)
            self._answer(400 if told is None else 200, told or {"error": "invalid_grant"})

        def _answer(self, status: int, value: dict[str, Any], location: str = "") -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        one.issuer = f"http://127.0.0.1:{server.server_port}"
        yield one
        server.shutdown()
        thread.join()


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@pytest.fixture
def visitor(desk_home: Home, provider: Provider) -> Browser:
    """Somebody before a desk that has one account, anna@news.example, and this provider."""
    add_user(desk_home, "anna@news.example", "checker")
    return browse(desk_home, Settings(oidc=OidcSettings(issuer=provider.issuer)))


def go_there(visitor: Browser, provider: Provider) -> str:
    """From the desk to the provider; the address that it sends the browser back to."""
    left = visitor.client.get("/login/oidc?next=/queue", follow_redirects=False)
    assert left.status_code == 303
    assert left.headers["location"].startswith(f"{provider.issuer}/authorize?")
    return provider.authorize(_flat(urlsplit(left.headers["location"]).query))


def log_in(visitor: Browser, provider: Provider) -> Response:
    """There and back."""
    return visitor.get(go_there(visitor, provider))


def is_in(visitor: Browser) -> bool:
    """Whether the desk shows its pages."""
    return visitor.client.get("/queue", follow_redirects=False).status_code == 200


def test_whoever_has_an_account_gets_in(visitor: Browser, provider: Provider) -> None:
    """A newsroom would have to give out passwords of its own."""
    assert "用单位账号登录" in words_of(visitor.text("/login"))
    assert not is_in(visitor)
    done = log_in(visitor, provider)
    assert done.status_code == 200
    assert 'content="0;url=/queue"' in done.text
    assert is_in(visitor)
    assert "anna@news.example" in words_of(visitor.text("/queue"))


def test_whoever_has_none_stays_out_unless_configured(visitor: Browser, desk_home: Home, provider: Provider) -> None:
    """Everybody whom the provider knows would read the desk."""
    provider.claims = {"email": "bo@news.example"}
    assert log_in(visitor, provider).status_code == 400
    assert not is_in(visitor)
    open_to_all = browse(desk_home, Settings(oidc=OidcSettings(issuer=provider.issuer, new_role="viewer")))
    assert log_in(open_to_all, provider).status_code == 200
    assert is_in(open_to_all)
    assert open_to_all.login("bo@news.example", "!").status_code == 401


def test_a_disabled_account_stays_out(visitor: Browser, desk_home: Home, provider: Provider) -> None:
    """Somebody who left the desk would come back through the provider."""
    assert desk_home.run("desk", "user", "disable", "anna@news.example").code == 0
    add_user(desk_home, "chief", "admin")
    assert log_in(visitor, provider).status_code == 400
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"aud": "somebody-else"},
        {"aud": ["houxu", "somebody-else"]},
        {"iss": "https://elsewhere.example"},
        {"exp": int(NOW.timestamp()) - 3_600},
        {"nonce": "of another log-in"},
        {"email_verified": False},
        {"email": None},
        {"email": "anna@news.example\u202e"},
    ],
)
def test_a_token_that_is_not_for_us_now_is_refused(
    visitor: Browser, provider: Provider, spoiled: dict[str, Any]
) -> None:
    """A token for another program, another time or another log-in would open the desk."""
    provider.claims = spoiled
    assert log_in(visitor, provider).status_code == 400
    assert not is_in(visitor)


def test_a_token_signed_by_a_stranger_is_refused(
    visitor: Browser, provider: Provider, keys: tuple[RSAKey, RSAKey]
) -> None:
    """Anybody could make a token."""
    provider.signing_key = keys[1]
    assert log_in(visitor, provider).status_code == 400
    assert not is_in(visitor)


def test_only_the_browser_that_left_comes_back_and_once(visitor: Browser, desk_home: Home, provider: Provider) -> None:
    """An attacker could log somebody in under the attacker's name, or use a code that leaked."""
    back = go_there(visitor, provider)
    other = browse(desk_home, Settings(oidc=OidcSettings(issuer=provider.issuer)))
    assert other.get(back).status_code == 400
    assert visitor.get(back.replace("state=", "state=x")).status_code == 400
    assert provider.tokens_given == 0
    assert visitor.get(back).status_code == 200
    assert browse(desk_home, Settings(oidc=OidcSettings(issuer=provider.issuer))).get(back).status_code == 400


def test_it_is_off_by_default(desk_home: Home) -> None:
    """An endpoint that nobody set up would be open to be tried."""
    browser = browse(desk_home)
    assert browser.get("/login/oidc").status_code == 404
    assert browser.get("/login/oidc/callback?code=x&state=y").status_code == 404
    assert "用单位账号登录" not in words_of(browser.text("/login"))


def test_a_provider_in_the_clear_is_not_asked() -> None:
    """Anybody on the way could be whoever they like."""
    with pytest.raises(UserError, match="https"):
        find_provider(OidcSettings(issuer="http://login.news.example"))
