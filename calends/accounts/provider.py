"""Signing in at the company's OpenID provider: code flow with PKCE, state and nonce.

A subject (issuer and `sub`) is tied to a colleague by a set-up link; nobody gets an account by
signing in, and mail addresses that the provider tells are never looked at.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from calends.problems import Problem

ALGORITHMS: Final = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
"""Asymmetric ones only: with HS256 whoever knows the client's secret could sign."""
SECONDS = 10.0
KEPT_SECONDS = 3600.0
LEEWAY_SECONDS = 60
LARGEST_ANSWER = 1_000_000


class ProviderRefused(Exception):
    """The provider's answer does not prove who it is. The message names the check, no value."""


@dataclass(frozen=True)
class ProviderSettings:
    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str

    def __post_init__(self) -> None:
        """Raises Problem for an issuer that anybody on the way could play."""
        url = urlsplit(self.issuer)
        if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.hostname)):
            raise Problem("setting CALENDS_OIDC_ISSUER: must begin with https://")


@dataclass(frozen=True)
class Begun:
    """Where the browser is sent, and what must come back (kept in the session)."""

    url: str
    state: dict[str, str]


class Provider:
    """One OpenID provider. Its metadata and keys are kept for an hour."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        self._metadata: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, dict[str, Any]] = (0.0, {})

    async def begin(self) -> Begun:
        """Raises ProviderRefused when the provider cannot be asked."""
        metadata = await self._discover()
        state, nonce, verifier = generate_token(43), generate_token(43), generate_token(64)
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        url = add_params_to_uri(metadata["authorization_endpoint"], asked.items())
        return Begun(url, {"state": state, "nonce": nonce, "verifier": verifier})

    async def finish(self, began: Mapping[str, Any], answer: Mapping[str, str]) -> str:
        """The subject, as `issuer|sub`. Raises ProviderRefused whatever is wrong."""
        told, kept = answer.get("state", "").encode(), str(began["state"]).encode()
        if not hmac.compare_digest(told, kept):
            raise ProviderRefused("state")
        metadata = await self._discover()
        if answer.get("iss", metadata["issuer"]) != metadata["issuer"]:
            raise ProviderRefused("iss")  # RFC 9207: a mix-up of providers
        if "error" in answer or not answer.get("code"):
            raise ProviderRefused("error")
        token = await self._exchange(metadata, answer["code"], str(began["verifier"]))
        claims = await self._claims(metadata, token, str(began["nonce"]))
        return f"{claims['iss']}|{claims['sub']}"

    async def _exchange(
        self, metadata: Mapping[str, Any], code: str, verifier: str
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_uri,
            "client_id": self._settings.client_id,
            "code_verifier": verifier,
        }
        secret = self._settings.client_secret
        # RFC 6749 2.3.1: both halves of the credentials are form-encoded first.
        auth = (quote_plus(self._settings.client_id), quote_plus(secret)) if secret else None
        return await self._json("POST", metadata["token_endpoint"], "token", data=form, auth=auth)

    async def _claims(
        self, metadata: Mapping[str, Any], token: Mapping[str, Any], nonce: str
    ) -> CodeIDToken:
        decoded = await self._decoded(str(token.get("id_token", "")))
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": self._settings.client_id},
                "sub": {"essential": True},
            },
            {
                "nonce": nonce,
                "client_id": self._settings.client_id,
                "access_token": token.get("access_token"),
            },
        )
        try:
            claims.validate(leeway=LEEWAY_SECONDS)
        except JoseError as error:
            raise ProviderRefused("claims") from error
        if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
            raise ProviderRefused("sub")
        return claims

    async def _decoded(self, id_token: str) -> jwt.Token:
        """Checked against the provider's keys; they are asked for anew once, for they rotate."""
        registry = JWSRegistry(algorithms=ALGORITHMS)
        for anew in (False, True):
            try:
                keys = KeySet.import_key_set(await self._key_set(anew))  # type: ignore[arg-type]
                return jwt.decode(id_token, keys, registry=registry)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                fault = error
        raise ProviderRefused("signature") from fault

    async def _discover(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0: the issuer told must be the one that was asked."""
        until, known = self._metadata
        if until > time.monotonic():
            return known
        issuer = self._settings.issuer.rstrip("/")
        found = await self._get(f"{issuer}/.well-known/openid-configuration")
        if found.get("issuer", "").rstrip("/") != issuer:
            raise ProviderRefused("issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str):
                raise ProviderRefused("metadata")
        self._metadata = (time.monotonic() + KEPT_SECONDS, found)
        return found

    async def _key_set(self, anew: bool) -> dict[str, Any]:
        until, known = self._keys
        if not anew and until > time.monotonic():
            return known
        found = await self._get((await self._discover())["jwks_uri"])
        self._keys = (time.monotonic() + KEPT_SECONDS, found)
        return found

    async def _get(self, url: str) -> dict[str, Any]:
        return await self._json("GET", url, "away")

    async def _json(self, method: str, url: str, fault: str, **more: Any) -> dict[str, Any]:
        """An answer of the provider: small, JSON, an object, and never a redirect."""
        try:
            async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as client:
                answer = await client.request(
                    method, url, headers={"Accept": "application/json"}, **more
                )
                answer.raise_for_status()
                found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderRefused(fault) from error
        if len(answer.content) > LARGEST_ANSWER or not isinstance(found, dict):
            raise ProviderRefused(fault)
        return found


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine by its very name, with nothing to resolve."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
