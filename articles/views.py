"""The pages that readers open."""

from typing import Any
from urllib.parse import urlencode

from django.core import paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles import search, search_excerpts, search_words
from articles.avatars import initials_svg
from articles.front import PAGE_SIZE, front_page
from articles.models import Article, ArticleQuerySet, Author, Category, Correction, Page, Tag
from articles.paging import Ahead
from articles.periods import period_or_404
from articles.sharing import share_links
from articles.site import site_url


@csrf_exempt  # It changes nothing: what is sent here is told so, and not asked for a token.
@require_safe
def home(request: HttpRequest, number: int = 1) -> HttpResponse:
    """The newest posts. ``/?p=ID`` is the shortlink of a post, ``/?s=words`` the search."""
    if "p" in request.GET:
        return shortlink(request)
    if "s" in request.GET:
        return search_results(request, number)
    if request.resolver_match.url_name == "home":
        return render(request, "articles/home.html", {"front": front_page()})
    return post_list(request, "articles/latest.html", Article.objects.all(), number)


def shortlink(request: HttpRequest) -> HttpResponse:
    """Lead on from ``/?p=ID`` to the post's own address."""
    try:
        found = get_object_or_404(Article.objects.published(), pk=int(request.GET["p"]))
    except (ValueError, OverflowError) as error:
        raise Http404("The number of a post is a whole number.") from error
    return redirect(found, permanent=True)


def search_results(request: HttpRequest, number: int) -> HttpResponse:
    """One page of what ``/?s=words`` finds, or hints where that is nothing."""
    query = search_words.parse(request.GET["s"])
    if number == 1 and request.path != reverse("articles:home"):
        return redirect(f"{reverse('articles:home')}?{urlencode({'s': query.text})}")
    # No database counts on for ever: there are not so many posts.
    offset = min(max(number - 1, 0) * PAGE_SIZE, 2**62)
    found = search.find(query, offset, PAGE_SIZE)
    if number != 1 and (number == 0 or not found.articles):
        raise Http404("There is no such page.")
    hits = [
        (post, search_excerpts.title(post, query), search_excerpts.excerpt(post, query))
        for post in found.articles
    ]
    page = paginator.Page(hits, number, paginator.Paginator(range(found.total), PAGE_SIZE))
    context = {"query": query, "page": page, "noindex": True}
    return render(request, "articles/search.html", context)


@require_safe
def category(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The posts of one category."""
    found = get_object_or_404(Category, slug=slug)
    return post_list(request, "articles/category.html", found.articles, number, category=found)


@require_safe
def tag(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The posts with one tag, which nobody knows of before the first of them is public."""
    found = get_object_or_404(Tag, slug=slug)
    context = {"tag": found, "may_be_empty": False}
    return post_list(request, "articles/tag.html", found.articles, number, **context)


@require_safe
def author(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The posts somebody signs, under their name and face; not before the first is public."""
    found = get_object_or_404(Author, slug=slug)
    context = {"author": found, "may_be_empty": False}
    return post_list(request, "articles/author.html", found.articles, number, **context)


@require_safe
def archive(
    request: HttpRequest, year: str, month: str = "", day: str = "", number: int = 1
) -> HttpResponse:
    """The posts of a year, a month or a day of the site's calendar."""
    period = period_or_404(year, month, day)
    context = {"period": period, "may_be_empty": False}
    return post_list(request, "articles/archive.html", period.articles, number, **context)


@require_safe
def corrections(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Everything that was put right, newest first."""
    found = Correction.objects.public().select_related("article")
    return listing(request, "articles/corrections.html", found, number)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A static page such as About."""
    return render(request, "articles/page.html", {"page": get_object_or_404(Page, slug=slug)})


def post_list(
    request: HttpRequest, template: str, articles: Any, number: int, **context: Any
) -> HttpResponse:
    """One page of the published ones among ``articles``, newest first."""
    found = articles.published().newest_first().with_bylines()
    return listing(request, template, found, number, **context)


def listing(
    request: HttpRequest,
    template: str,
    found: QuerySet,
    number: int,
    may_be_empty: bool = True,
    **context: Any,
) -> HttpResponse:
    """One page of what was ``found``; the first page has no number in its address."""
    page = page_or_404(found, number, may_be_empty)
    address = request.resolver_match
    kwargs = {key: value for key, value in address.kwargs.items() if key != "number"}
    first = reverse(address.view_name.removesuffix("_page"), kwargs=kwargs)
    if address.kwargs.get("number") == 1:
        return redirect(first, permanent=True)
    return render(request, template, context | {"page": page, "first": first})


def page_or_404(found: QuerySet, number: int, may_be_empty: bool = True) -> paginator.Page:
    """The page of that number; a number beyond the end is an address that does not exist."""
    pages = Ahead.of(number, found, PAGE_SIZE, allow_empty_first_page=may_be_empty)
    try:
        return pages.page(number)
    except paginator.EmptyPage as error:
        raise Http404("There is no such page.") from error


@csrf_exempt
@require_safe
def article(request: HttpRequest, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """A post. Its address under a wrong date leads to the right one."""
    found = published_or_404(slug)
    return moved(request, found) or article_page(request, found)


def published_or_404(slug: str) -> Article:
    """The post that readers see at ``slug``, or saw there, with all that its page shows."""
    return article_or_404(Article.objects.published().with_page_details(), slug)


def article_or_404(articles: ArticleQuerySet, slug: str) -> Article:
    """The one of ``articles`` at ``slug``; see ``moved()`` for one that was there before."""
    try:
        return articles.at(slug)
    except Article.DoesNotExist as error:
        raise Http404("There is no such post.") from error


def moved(request: HttpRequest, article: Article) -> HttpResponse | None:
    """
    Where what is asked for of ``article`` is now, if its slug or its date has changed since that
    address was made. None where the address is right.
    """
    match = request.resolver_match
    year, month, day = article.published_on.isoformat().split("-")
    now = {"year": year, "month": month, "day": day, "slug": article.slug}
    if now.items() <= match.kwargs.items():
        return None
    return lead_on(request, reverse(match.view_name, kwargs=match.kwargs | now))


def lead_on(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to ``address`` for good, with what was asked besides."""
    place, mark, anchor = address.partition("#")
    query = request.META.get("QUERY_STRING", "")
    asked = f"?{query}" if query else ""
    return redirect(f"{place}{asked}{mark}{anchor}", permanent=True)


def article_page(
    request: HttpRequest, article: Article, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of ``article``; ``context`` is for what others put on it, such as a comment form."""
    request.article_shown = article.pk
    address = site_url(request) + article.get_absolute_url()
    shown = {"article": article, "share_links": share_links(article.title, address)}
    return render(request, "articles/article.html", shown | (context or {}), status=status)


@require_safe
@cache_control(public=True, max_age=86400)
def initials(request: HttpRequest, slug: str) -> HttpResponse:
    """The drawn avatar of an author who has uploaded none."""
    found = get_object_or_404(Author, slug=slug)
    return HttpResponse(initials_svg(found.name), content_type="image/svg+xml")
