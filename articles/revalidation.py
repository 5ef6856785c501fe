"""Sparing a reader who has asked before what they have already."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.http import http_date


def revalidated(
    request: HttpRequest, response: HttpResponse, changed: datetime | None
) -> HttpResponse:
    """
    ``response`` with an ETag of its bytes and ``changed`` as its Last-Modified, or a 304 without a
    body for somebody who holds exactly this.
    """
    set_response_etag(response)
    last_modified = int(changed.timestamp()) if changed else None
    if last_modified is not None:
        response["Last-Modified"] = http_date(last_modified)
    # A post that is withdrawn sets the date back: only the very date we sent counts as known.
    if request.headers.get("If-Modified-Since") not in (None, response.get("Last-Modified")):
        last_modified = None
    return get_conditional_response(request, response["ETag"], last_modified, response)
