from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.navigation import navigation


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page of the site shows: its name, address and navigation (asked when used)."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL or f"{request.scheme}://{request.get_host()}",
        "navigation": SimpleLazyObject(navigation),
    }
