"""Who may ask the page anything: this browser, from this page, in small portions.

The page is served on 127.0.0.1, where every program of the machine and every page in a browser can
knock. So the opened address has a token, which becomes a strict cookie; Host is checked against DNS
rebinding, Origin and kind of content against posts from other pages; bodies are small and whole
before anything reads them.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from akuttsim.texts import in_words, message

MOST_BYTES = 1_000_000
"""Bytes of a request's body."""

WRITING = frozenset({"POST", "PATCH", "DELETE", "PUT"})

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
"""What the page may load: its own files, nothing written into it, nothing from elsewhere."""

REPORT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; sandbox allow-scripts allow-downloads allow-modals"
)
"""What a report may: its own scripts, and nothing of the page that serves it."""

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def new_secret() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Door:
    """What opens the page.

    Attributes:
        port: The port that it is served on.
        read_only: Whether nothing may be changed.
        token: What the opened address has.
        session: What the cookie has.
    """

    port: int
    read_only: bool = False
    token: str = field(default_factory=new_secret)
    session: str = field(default_factory=new_secret)

    @property
    def cookie(self) -> str:
        """Return the name of the cookie; ports of one machine share their cookies."""
        return f"akuttsim-{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return what Host may say: this machine by number or name, and no other name for it."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    def address(self) -> str:
        """Return the address that opens the page."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"


Headers = dict[str, list[str]]


def headers_of(scope: Scope) -> Headers:
    """Return the headers of a request, each with all that was sent under its name."""
    found: Headers = {}
    for name, content in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(content.decode("latin-1"))
    return found


def refusal(door: Door, method: str, headers: Headers) -> tuple[int, str] | None:
    """Return the status and the reason for which a request is refused; None for none.

    The token and the cookie are looked at by `is_known`.
    """
    host = headers.get("host", [])
    if len(host) != 1 or host[0].lower() not in door.hosts:
        return 421, "host"
    if headers.get("sec-fetch-site", [""])[0] == "cross-site" and not _is_navigation(headers):
        return 403, "cross-site"
    if method in ("GET", "HEAD"):
        return None
    if method not in WRITING:
        return 405, "method"
    if door.read_only:
        return 403, "read-only"
    if headers.get("origin", []) != [f"http://{host[0].lower()}"]:
        return 403, "origin"
    kind = headers.get("content-type", [""])[0].partition(";")[0].strip().lower()
    return None if kind == "application/json" else (415, "content-type")


def _is_navigation(headers: Headers) -> bool:
    return headers.get("sec-fetch-mode", [""])[0] == "navigate"


def is_known(door: Door, headers: Headers) -> bool:
    """Tell whether a request has the cookie of this page."""
    for line in headers.get("cookie", []):
        try:
            kept = SimpleCookie(line).get(door.cookie)
        except CookieError:
            continue
        if kept is not None and hmac.compare_digest(kept.value.encode(), door.session.encode()):
            return True
    return False


def has_token(door: Door, scope: Scope) -> bool:
    """Tell whether a request is the first opening, with the token in its address."""
    if scope["path"] != "/" or scope["method"] != "GET":
        return False
    given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
    return len(given) == 1 and hmac.compare_digest(given[0].encode(), door.token.encode())


class TooLargeError(Exception):
    """A body has more than `MOST_BYTES`."""


async def read_body(receive: Receive, headers: Headers) -> bytes:
    """Return the body of a request. Raises TooLargeError, in pieces or announced."""
    announced = headers.get("content-length", ["0"])[0]
    if not announced.isdecimal() or len(announced) > 12 or int(announced) > MOST_BYTES:
        raise TooLargeError
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return bytes(body)
        body += event.get("body", b"")
        if len(body) > MOST_BYTES:
            raise TooLargeError
        if not event.get("more_body", False):
            return bytes(body)


class Guard:
    """Lets through to the page what may come, and adds to each answer what browsers enforce."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        """Name the page and what opens it."""
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, _with_headers(send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        refused = refusal(self._door, scope["method"], headers)
        if refused is not None:
            await _refuse(*refused)(scope, receive, send)
        elif has_token(self._door, scope):
            await self._welcome()(scope, receive, send)
        elif not is_known(self._door, headers):
            await _refuse(403, in_words(message("whatif.refused")))(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send, headers)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        try:
            body = await read_body(receive, headers)
        except TooLargeError:
            await _refuse(413, "body")(scope, receive, send)
            return
        begun: list[object] = []

        async def sent(event: Event) -> None:
            begun.append(event["type"])
            await send(event)

        try:
            await self._app(scope, _replayed(body, receive), sent)
        except asyncio.CancelledError:  # the program is being stopped while a page listens
            if begun:
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _welcome(self) -> Response:
        """Return the answer to the first opening: the cookie, and the page without the token."""
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(
            self._door.cookie, self._door.session, httponly=True, samesite="strict", path="/"
        )
        return answer


def _refuse(status: int, reason: str) -> Response:
    """Return a refusal: one word for whoever looks into it, and the connection closed."""
    return PlainTextResponse(f"{reason}\n", status, headers={"connection": "close"})


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that has a body that was read, then what comes later."""
    waiting: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Event:
        return waiting.pop() if waiting else await receive()

    return again


def _with_headers(send: Send) -> Send:
    async def sent(event: Event) -> None:
        if event["type"] == "http.response.start":
            given: Iterable[tuple[bytes, bytes]] = event.get("headers", [])
            names = {name for name, _ in given}
            more = {**HEADERS, "content-security-policy": PAGE_POLICY}
            event["headers"] = [
                *given,
                *((key.encode(), each.encode()) for key, each in more.items()
                  if key.encode() not in names),
            ]  # fmt: skip
        await send(event)

    return sent
