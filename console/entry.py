"""The door as the web application has it: one per process."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from activities.house import House
from calends.accounts.by_provider import ByProvider
from calends.accounts.entering import Door, Step
from calends.accounts.events import note
from calends.accounts.provider import Provider, ProviderSettings
from calends.accounts.sessions import Live
from calends.settings import Settings
from console.cookie import SessionCookie
from console.limits import Limiter

TRIES_AT_ONCE, TRIES_REFILL_SECONDS = 30, 20.0
"""For one client address; the door itself counts by name as well."""

PROVIDER_BACK = "/desk/sign-in/provider/back"


class Entry:
    """Who asks, by their cookie; and what lets them in."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        self.door = Door(
            house.register, house.keyring, settings.public_url, house.company.controller.name
        )
        self.cookie = SessionCookie(settings.public_url)
        self.limiter = Limiter(TRIES_AT_ONCE, TRIES_REFILL_SECONDS)
        provider = _provider(settings)
        self.by_provider = ByProvider(self.door, provider) if provider else None
        self.provider_name = settings.oidc_name

    async def live(self, request: Request) -> Live | None:
        """The session of this request, at whatever stage; asked once a request."""
        if not hasattr(request.state, "live"):
            token = self.cookie.read(request)
            request.state.live = await self.door.sessions.find(token) if token else None
        live: Live | None = request.state.live
        return live

    def let_in(self, request: Request, response: Response, step: Step) -> Response:
        self.cookie.set(request, response, step.token)
        return response

    def place(self, request: Request) -> str:
        return request.client.host if request.client else ""

    async def note_refused(self, request: Request) -> None:
        """Somebody signed in asked for what their roles do not reach: in the accounts' events."""
        live = getattr(request.state, "live", None)
        if live is None or live.user is None:
            return
        route = request.scope.get("route")
        async with self.door.register.session() as session:
            note(
                session,
                "refused",
                user_id=live.user.id,
                actor=live.user.id,
                page=getattr(route, "path", ""),
                method=request.method,
            )
            await session.commit()


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    return Provider(
        ProviderSettings(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
            f"{settings.public_url.rstrip('/')}{PROVIDER_BACK}",
        )
    )
