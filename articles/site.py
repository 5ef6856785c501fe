"""What the site is called and where the world finds it."""

import re
from html import escape, unescape
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest

TAG = re.compile(r"<[^<>]*+>")
ADDRESS = re.compile(r'(?<= )(href|src)="([^"]*)"')


def site_name() -> str:
    return settings.SITE_NAME


def site_url(request: HttpRequest) -> str:
    """Scheme and host, without a slash at the end; as asked for where SITE_URL is not set."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def with_absolute_links(html: str, page: str) -> str:
    """
    Cleaned ``html`` from the page at the absolute address ``page``, with every link and picture
    absolute as well, so that it can be read anywhere.
    """
    return TAG.sub(lambda tag: ADDRESS.sub(lambda found: _absolute(found, page), tag[0]), html)


def _absolute(found: re.Match[str], page: str) -> str:
    try:
        address = urljoin(page, unescape(found[2]))
    except ValueError:  # such as “//[”: no reader can follow it, here or there
        return found[0]
    return f'{found[1]}="{escape(address)}"'
