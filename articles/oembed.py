"""What other sites show of a post when somebody pastes its address there (oembed.com)."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.http import HttpRequest, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.site import site_name, site_url
from articles.syndication import MAX_AGE, Picture, lead_picture

# How many seconds another site should keep the card it has made.
CACHE_AGE = 3600


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def oembed(request: HttpRequest) -> JsonResponse:
    """A link to the post at ``?url=``, with its title, authors and picture, as JSON."""
    if request.GET.get("format", "json") != "json":
        return JsonResponse({"error": _("Only format=json is offered here.")}, status=501)
    site = site_url(request)
    article = article_at(request.GET.get("url", ""), site)
    if article is None:
        error = _("This is not the address of a post on this site.")
        return JsonResponse({"error": error}, status=404)
    authors = article.ordered_authors
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": article.title,
        "author_name": article.byline,
        "provider_name": site_name(),
        "provider_url": f"{site}{reverse('articles:home')}",
        "cache_age": CACHE_AGE,
    }
    if authors:
        answer["author_url"] = f"{site}{authors[0].get_absolute_url()}"
    return JsonResponse(answer | thumbnail(lead_picture(article, site), request))


def article_at(address: str, site: str) -> Article | None:
    """The public post that stands at ``address``, or whose shortlink it is; None for any other."""
    try:
        parts = urlsplit(address)
        match = resolve(unquote(parts.path))
    except (ValueError, Resolver404):
        return None
    if parts.scheme not in ("http", "https") or parts.netloc != urlsplit(site).netloc:
        return None
    articles = Article.objects.published().with_bylines()
    if match.view_name == "articles:article":
        try:
            return articles.at(match.kwargs["slug"])
        except Article.DoesNotExist:
            return None
    number = parse_qs(parts.query).get("p", [""])[0]
    if match.view_name == "articles:home" and number.isdecimal() and len(number) < 19:
        return articles.filter(pk=int(number)).first()
    return None


def thumbnail(picture: Picture | None, request: HttpRequest) -> dict[str, Any]:
    """``picture``, unless it is larger than who asks can show."""
    if picture is None:
        return {}
    for side, limit in [(picture.width, "maxwidth"), (picture.height, "maxheight")]:
        asked = request.GET.get(limit, "")
        if asked.isdecimal() and len(asked) < 9 and side > int(asked):
            return {}
    return {
        "thumbnail_url": picture.url,
        "thumbnail_width": picture.width,
        "thumbnail_height": picture.height,
    }
