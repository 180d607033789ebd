"""A small OpenID provider on loopback: discovery, keys, code flow with PKCE, signed id tokens.

`misbehave` makes it tell one thing wrong, as a hostile or broken provider would.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from calends.engine.ports import free_ports

CLIENT_ID, CLIENT_SECRET = "calends", "s3cret:with/odd+characters"


@dataclass
class OpenIdProvider:
    port: int
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: list[RSAKey | ECKey] = field(default_factory=list)
    subject: str = "employee-7"
    """Who is signed in there."""
    misbehave: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.published = [self.key]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def metadata(self, request: Request) -> Response:
        issuer = "http://127.0.0.1:1" if self.misbehave == "issuer" else self.issuer
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            }
        )

    async def keys(self, request: Request) -> Response:
        if self.misbehave == "redirected keys":
            return RedirectResponse("http://169.254.169.254/keys")
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.published]})

    async def authorize(self, request: Request) -> Response:
        """Whoever comes is signed in already, and agrees."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        if self.misbehave == "mix-up":
            back["iss"] = "https://other.example"
        if self.misbehave == "denied":
            back = {"error": "access_denied", "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def token(self, request: Request) -> Response:
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or not self._client(request) or not self._proves(asked, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(16)
        if self.misbehave == "no token":
            return JSONResponse({"access_token": access, "token_type": "Bearer"})
        return JSONResponse(
            {
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": self._id_token(asked, access),
            }
        )

    def _client(self, request: Request) -> bool:
        kind, _, coded = request.headers.get("authorization", "").partition(" ")
        wanted = f"{quote_plus(CLIENT_ID)}:{quote_plus(CLIENT_SECRET)}"
        return kind == "Basic" and base64.b64decode(coded).decode() == wanted

    def _proves(self, asked: dict[str, str], form: dict[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        same = asked["redirect_uri"] == form.get("redirect_uri")
        return same and asked["code_challenge"] == challenge

    def _id_token(self, asked: dict[str, str], access: str) -> str:
        now = int(time.time())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }
        header, key, algorithms = {"alg": "RS256", "kid": self.key.kid}, self.key, ["RS256"]
        match self.misbehave:
            case "nonce":
                claims["nonce"] = "another"
            case "no nonce":
                del claims["nonce"]
            case "audience":
                claims["aud"] = "another"
            case "party":
                claims |= {"aud": [CLIENT_ID, "another"], "azp": "another"}
            case "expired":
                claims |= {"exp": now - 3600, "iat": now - 7200}
            case "other issuer":
                claims["iss"] = "https://other.example"
            case "no subject":
                del claims["sub"]
            case "empty subject":
                claims["sub"] = ""
            case "endless subject":
                claims["sub"] = "x" * 300
            case "at_hash":
                claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA"
            case "other key":
                key = RSAKey.generate_key(2048, {"kid": "one"})
            case "none":
                head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
                body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
                return f"{head}.{body}."
            case "secret as key":
                oct_key = OctKey.import_key(CLIENT_SECRET)
                return jwt.encode({"alg": "HS256"}, claims, oct_key, algorithms=["HS256"])
            case "no jwt":
                return "this.is.none"
        return jwt.encode(header, claims, key, algorithms=algorithms)


@asynccontextmanager
async def openid_provider() -> AsyncIterator[OpenIdProvider]:
    (port,) = free_ports(1)
    provider = OpenIdProvider(port)
    config = uvicorn.Config(
        provider.app(), host="127.0.0.1", port=port, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        while not server.started:
            await asyncio.sleep(0.02)
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving
