"""What readers see when the site cannot answer as asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from comments.views import refused


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the token of its session: say what to do, and give the text back."""
    sentence = _(
        "We could not tell that this form is yours: you may have signed in or out since you "
        "opened it, or your browser keeps no cookies. Open the page again and send it once more."
    )
    return refused(request, sentence, 403, heading=_("Your form was not sent"))


def not_allowed_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Middleware that says in words what a bare 405 means; its headers stay."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            response.content = render_to_string("405.html")
        return response

    return answer


def own_not_found_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Middleware for local use: the 404 that readers get, instead of Django's technical one."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 404 and b"DEBUG = True" in getattr(response, "content", b""):
            return render(request, "404.html", status=404)
        return response

    return answer


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """Refuse for now: the page and ``Retry-After`` say how many ``seconds`` to wait."""
    answer = render(request, "429.html", {"seconds": seconds, "noindex": True}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def maintenance(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware that answers everything with the maintenance page; needs no database."""

    def answer(request: HttpRequest) -> HttpResponse:
        page = render(request, "503.html", status=503)
        page["Retry-After"] = "300"
        return page

    return answer
