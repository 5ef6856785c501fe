"""What readers see when the site cannot answer as asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
