from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.navigation import navigation
from articles.site import site_name, site_url


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page of the site shows: its name, address and navigation (asked when used)."""
    return {
        "site_name": site_name(),
        "site_url": site_url(request),
        "navigation": SimpleLazyObject(navigation),
    }
