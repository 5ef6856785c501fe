"""Who is about to write: a staff member by their session, a reader by what they let us remember."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _

COOKIE = "commenter"
REMEMBERED = ("name", "email", "website")
ONE_YEAR = 365 * 24 * 3600


def staff_member(request: HttpRequest) -> Any:
    """The signed-in staff member, or None. Readers carry no session, so none is looked for."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_staff:
        return request.user
    return None


def name_of(user: Any) -> str:
    """
    The name a staff member comments under: as an author, or else their own. Never an email
    address, which many log in with.
    """
    if author := getattr(user, "author", None):
        return author.name
    names = [user.get_full_name(), user.get_username()]
    return next((name for name in names if name and "@" not in name), _("Staff"))


def remembered(request: HttpRequest) -> dict[str, str]:
    """Name, email and website that this browser's reader asked to be remembered."""
    values = _kept(request)
    if "name" not in values:
        return {}
    return {name: values.get(name, "") for name in REMEMBERED} | {"remember": True}


def remember(request: HttpRequest, response: HttpResponse, values: dict[str, Any]) -> None:
    """
    Keep ``values`` in the reader's own browser where they ticked the box; else forget them. What
    the browser proves stays as long as the same person writes.
    """
    kept = {name: values[name] for name in REMEMBERED} if values["remember"] else {}
    if proof := proven(request):
        kept |= {"proof": proof} if proof == values["email"] else {}
    _keep(request, response, kept)


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Let this browser remember nothing of its reader any more."""
    _keep(request, response, {})


def prove(response: HttpResponse, request: HttpRequest, email: str) -> None:
    """Let this browser show from now on that ``email`` was confirmed in it."""
    _keep(request, response, _kept(request) | {"proof": email.lower()})


def proven(request: HttpRequest) -> str:
    """
    The email address that was confirmed in this browser, or an empty text. Whether it still is
    confirmed, Address knows.
    """
    return _kept(request).get("proof", "")


def _kept(request: HttpRequest) -> dict[str, str]:
    """What the cookie holds: nothing where it was not made here."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=ONE_YEAR)
    except signing.BadSignature:
        return {}


def _keep(request: HttpRequest, response: HttpResponse, values: dict[str, str]) -> None:
    if not values:
        if COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        signing.dumps(values, salt=COOKIE, compress=True),
        max_age=ONE_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def private_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """
    Middleware: a page with a form that knows its reader (``request.is_personal``) is kept by
    nobody. It is one page in many, so all others stay without these headers.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "is_personal", False):
            patch_cache_control(response, private=True, no_store=True)
            patch_vary_headers(response, ["Cookie"])
        return response

    return answer
