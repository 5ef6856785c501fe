"""Forms and addresses are read as UTF-8, whatever charset a request claims."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

CHARSET = re.compile(r";\s*charset\s*\*?\s*=[^;]*", re.IGNORECASE)


def utf8_forms(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: Django would take any codec for a charset, even hex or zlib, and fail on it."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.encoding = "utf-8"
        return get_response(request)

    return answer


def utf8_addresses(application: Callable[..., Any]) -> Callable[..., Any]:
    """WSGI application without the claim: Django reads the query by it before any middleware."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ["CONTENT_TYPE"] = CHARSET.sub("", environ.get("CONTENT_TYPE") or "")
        return application(environ, start_response)

    return answer
