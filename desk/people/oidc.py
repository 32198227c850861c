"""Logging in through a newsroom's own OpenID Connect provider: authorization code with PKCE. Off unless configured.

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; RFC 7636; RFC 9207 for the issuer in the answer.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
from itsdangerous import BadSignature, URLSafeSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from pipeline.errors import UserError
from pipeline.settings import OidcSettings

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_TIMEOUT_SECONDS = 10.0
_LEEWAY_SECONDS = 60
_TRIP_SECONDS = 600
_SALT = "houxu oidc"


@dataclass(frozen=True, slots=True)
class Trip:
    """What a browser takes along to the provider and back, signed, in a cookie of ten minutes."""

    state: str
    nonce: str
    verifier: str
    next_page: str
    until: int


@dataclass(frozen=True, slots=True)
class Provider:
    """The endpoints that a provider's own description names."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def find_provider(settings: OidcSettings) -> Provider:
    """Read the provider's description.

    Raises:
        UserError: it cannot be reached, is not what it says, or would be asked in the clear.
    """
    issuer = settings.issuer.rstrip("/")
    told = _get_json(f"{issuer}/.well-known/openid-configuration")
    names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if any(not isinstance(told.get(name), str) for name in names) or told["issuer"].rstrip("/") != issuer:
        raise UserError(f"{issuer}: 登录服务的说明不对 / not the description of this provider")
    for name in names[1:]:
        _require_safe(told[name])
    return Provider(*(told[name] for name in names))


def start(provider: Provider, settings: OidcSettings, callback: str, next_page: str, now: datetime) -> tuple[str, Trip]:
    """Where to send the browser, and what it takes along."""
    trip = Trip(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        next_page=next_page,
        until=int(now.timestamp()) + _TRIP_SECONDS,
    )
    with _client(settings, callback) as client:
        url, _ = client.create_authorization_url(
            provider.authorization_endpoint, state=trip.state, nonce=trip.nonce, code_verifier=trip.verifier
        )
    return str(url), trip


def finish(settings: OidcSettings, callback: str, answer: dict[str, str], trip: Trip, now: datetime) -> str:
    """The name of whoever came back.

    Raises:
        UserError: the provider refused, or its word is not good.
    """
    if trip.until < now.timestamp() or not secrets.compare_digest(answer.get("state", ""), trip.state):
        raise UserError("登录过程中断了，请再试一次 / this log-in was not begun here or took too long; try again")
    if "code" not in answer:
        raise UserError(f"登录服务拒绝了 / the provider refused: {answer.get('error', '?')[:80]}")
    provider = find_provider(settings)
    try:
        with _client(settings, callback) as client:
            token = client.fetch_token(provider.token_endpoint, code=answer["code"], code_verifier=trip.verifier)
    except (AuthlibBaseError, httpx.HTTPError, ValueError) as error:
        raise UserError(f"登录服务没有给出令牌 / the provider gave no token: {type(error).__name__}") from error
    claims = _claims(provider, settings, str(token.get("id_token", "")), now)
    if claims.get("nonce") != trip.nonce:
        raise UserError("登录服务的答复不属于这次登录 / the provider's answer belongs to another log-in")
    return _name_in(claims, settings)


def _claims(provider: Provider, settings: OidcSettings, id_token: str, now: datetime) -> dict[str, Any]:
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": settings.client_id},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        keys = KeySet.import_key_set(_get_json(provider.jwks_uri))  # type: ignore[arg-type]  # checked by joserfc
        claims = jwt.decode(id_token, keys, algorithms=_ALGORITHMS).claims
        rules.validate(claims)
    except (JoseError, ValueError) as error:
        raise UserError(f"登录服务的令牌无效 / the provider's token is not good: {type(error).__name__}") from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != settings.client_id:
        raise UserError("登录服务的令牌是给别人的 / the provider's token is for somebody else")
    return claims


def _name_in(claims: dict[str, Any], settings: OidcSettings) -> str:
    name = claims.get(settings.name_claim)
    if settings.name_claim == "email" and claims.get("email_verified") is not True:
        raise UserError("邮箱没有经过验证 / the mail address is not verified")
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > 80:
        raise UserError(f"登录服务没有给出 {settings.name_claim} / the provider did not give {settings.name_claim}")
    return name.strip()


def pack(trip: Trip, secret: bytes) -> str:
    """The trip as a cookie."""
    return str(URLSafeSerializer(secret, _SALT).dumps(asdict(trip)))


def unpack(cookie: str, secret: bytes) -> Trip:
    """The trip in a cookie.

    Raises:
        UserError: there is none, or it is not ours.
    """
    try:
        return Trip(**URLSafeSerializer(secret, _SALT).loads(cookie))
    except BadSignature as error:
        raise UserError("登录过程中断了，请再试一次 / this log-in was not begun here; try again") from error


def _client(settings: OidcSettings, callback: str) -> OAuth2Client:
    secret = None
    if settings.client_secret_file:
        secret = Path(settings.client_secret_file).read_text(encoding="utf-8").strip()
    return OAuth2Client(
        settings.client_id,
        secret,
        scope="openid profile email",
        redirect_uri=callback,
        code_challenge_method="S256",
        timeout=_TIMEOUT_SECONDS,
    )


def _get_json(url: str) -> dict[str, Any]:
    _require_safe(url)
    try:
        told = httpx.get(url, timeout=_TIMEOUT_SECONDS).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise UserError(f"{url}: 登录服务没有回应 / the provider does not answer: {type(error).__name__}") from error
    if not isinstance(told, dict):
        raise UserError(f"{url}: 登录服务的说明不对 / not what a provider says")
    return told


def _require_safe(url: str) -> None:
    """Over plain HTTP anybody on the way could be whoever they like; on this machine there is no way."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(parts.hostname or "")):
        raise UserError(f"{url}: 登录服务要用 https / the provider must be asked by https")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
