"""Logging in with a key or a link, logging out, switching the language."""

import hmac
import secrets
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from app.errors import Forbidden, TooManyRequests, Unauthorized
from app.services.sign_in import form_token
from app.web import language as languages
from app.web.dependencies import WebOf
from app.web.language import LANGUAGES, choose
from app.web.render import PageRoute, page
from app.web.session import COOKIE, Visiting, check_origin, forget, local_path, remember, texts

router = APIRouter(route_class=PageRoute, include_in_schema=False)

# Before anybody is logged in a form proves itself by a cookie that only our own page could have read.
_FORM_COOKIE: Final = "hilo_login"
_YEAR: Final = 365 * 86_400


@router.get("/login")
async def login_page(
    request: Request,
    web: WebOf,
    next_: Annotated[str | None, Query(alias="next", max_length=1000)] = None,
    token: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """A form for a key. With a link's `token` a button instead: programs that look at links must not use it up."""
    return _form(request, web.is_secure(request), next_=local_path(next_), link=token)


@router.post("/login")
async def log_in(request: Request, web: WebOf) -> Response:
    form = texts(await request.form())
    check_origin(request)
    known = request.cookies.get(_FORM_COOKIE, "")
    secure = web.is_secure(request)
    next_, link = local_path(form.get("next")), form.get("link") or None
    if not known or not hmac.compare_digest(form.get("csrf", "").encode(), form_token(known).encode()):
        return _form(request, secure, next_=next_, link=link, wrong="login.again", status=HTTPStatus.FORBIDDEN)
    address = web.client(request)
    try:
        if link:
            signed = await web.sign_in.with_link(link, address=address)
        else:
            signed = await web.sign_in.with_key(form.get("key", ""), address=address)
    except TooManyRequests:
        return _form(
            request, secure, next_=next_, link=link, wrong="login.throttled", status=HTTPStatus.TOO_MANY_REQUESTS
        )
    except Unauthorized:
        wrong = "login.link_over" if link else "login.unknown"
        return _form(request, secure, next_=next_, link=None, wrong=wrong, status=HTTPStatus.UNAUTHORIZED)
    response = RedirectResponse(next_, HTTPStatus.SEE_OTHER)
    remember(response, signed.token, secure=secure)
    response.delete_cookie(_FORM_COOKIE, path="/login")
    return response


@router.post("/logout")
async def log_out(request: Request, web: WebOf, visitor: Visiting) -> Response:
    check_origin(request)
    form = texts(await request.form())
    if not hmac.compare_digest(form.get("csrf", "").encode(), visitor.csrf.encode()):
        raise Forbidden("This form is not of this log-in: open the page again")
    await web.sign_in.log_out(request.cookies[COOKIE])
    response = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    forget(response)
    return response


@router.get("/language/{code}")
async def switch_language(
    request: Request, web: WebOf, code: str, next_: Annotated[str | None, Query(alias="next", max_length=1000)] = None
) -> Response:
    response = RedirectResponse(local_path(next_), HTTPStatus.SEE_OTHER)
    if code in LANGUAGES:
        response.set_cookie(
            languages.COOKIE,
            code,
            max_age=_YEAR,
            path="/",
            httponly=True,
            samesite="lax",
            secure=web.is_secure(request),
        )
    return response


def _form(
    request: Request, secure: bool, *, next_: str, link: str | None, wrong: str | None = None, status: int = 200
) -> Response:
    known = request.cookies.get(_FORM_COOKIE) or secrets.token_urlsafe(32)
    language = choose(request)
    response = page(
        "login.html",
        language,
        status=status,
        csrf=form_token(known),
        next=next_,
        link=link,
        wrong=wrong and language.say(wrong),
        here=f"{request.url.path}?{request.url.query}" if request.method == "GET" and request.url.query else "/login",
    )
    response.set_cookie(_FORM_COOKIE, known, path="/login", httponly=True, samesite="strict", secure=secure)
    return response
