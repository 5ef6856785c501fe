"""The pages that readers open."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import search, search_excerpts, search_words
from articles.avatars import initials_svg
from articles.models import Article, ArticleQuerySet, Author, Category, Tag

PAGE_SIZE = 10


@require_safe
def home(request: HttpRequest, number: int = 1) -> HttpResponse:
    """The newest posts. ``/?p=ID`` is the shortlink of a post, ``/?s=words`` the search."""
    if "p" in request.GET:
        return shortlink(request)
    if "s" in request.GET:
        return search_results(request, number)
    return post_list(request, "articles/home.html", Article.objects.all(), number)


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
    page = Page(hits, number, Paginator(range(found.total), PAGE_SIZE))
    context = {"query": query, "page": page, "noindex": True}
    return render(request, "articles/search.html", context)


@require_safe
def category(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The posts of one category."""
    found = get_object_or_404(Category, slug=slug)
    return post_list(request, "articles/category.html", found.articles, number, category=found)


@require_safe
def tag(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The posts with one tag."""
    found = get_object_or_404(Tag, slug=slug)
    return post_list(request, "articles/tag.html", found.articles, number, tag=found)


@require_safe
def author(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The posts somebody signs, under their name and face."""
    found = get_object_or_404(Author, slug=slug)
    return post_list(request, "articles/author.html", found.articles, number, author=found)


def post_list(
    request: HttpRequest, template: str, articles: Any, number: int, **context: Any
) -> HttpResponse:
    """One page of the published ones among ``articles``; the first has no number in its address."""
    address = request.resolver_match
    kwargs = {key: value for key, value in address.kwargs.items() if key != "number"}
    first = reverse(address.view_name.removesuffix("_page"), kwargs=kwargs)
    if number == 1 and request.path != first:
        return redirect(first, permanent=True)
    found: ArticleQuerySet = articles.published().newest_first().with_bylines()
    context |= {"page": page_or_404(found, number), "first": first}
    return render(request, template, context)


def page_or_404(articles: ArticleQuerySet, number: int) -> Page:
    """The page of that number; a number beyond the end is an address that does not exist."""
    try:
        return Paginator(articles, PAGE_SIZE).page(number)
    except EmptyPage as error:
        raise Http404("There is no such page.") from error


@require_safe
def article(request: HttpRequest, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """A post. Its address under a wrong date leads to the right one."""
    found = published_or_404(slug)
    if f"{found.published_on:%Y/%m/%d}" != f"{year}/{month}/{day}":
        return redirect(found, permanent=True)
    return article_page(request, found)


def published_or_404(slug: str) -> Article:
    """The post that readers see at ``slug``, with all that its page shows."""
    articles = Article.objects.published().with_bylines().prefetch_related("tags")
    return get_object_or_404(articles, slug=slug)


def article_page(
    request: HttpRequest, article: Article, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of ``article``; ``context`` is for what others put on it, such as a comment form."""
    return render(
        request, "articles/article.html", {"article": article, **(context or {})}, status=status
    )


@require_safe
@cache_control(public=True, max_age=86400)
def initials(request: HttpRequest, slug: str) -> HttpResponse:
    """The drawn avatar of an author who has uploaded none."""
    found = get_object_or_404(Author, slug=slug)
    return HttpResponse(initials_svg(found.name), content_type="image/svg+xml")
