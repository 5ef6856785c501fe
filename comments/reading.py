"""Further pages of a discussion, pages of long threads, and links that keep working."""

from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.views import article_or_404, article_page, lead_on, published_or_404
from comments.models import Comment, Discussion
from comments.pages import DiscussionPage, ThreadPage, page_address, place_of, thread_address


@require_safe
def comment_page(request: HttpRequest, slug: str, number: int, **day: str) -> HttpResponse:
    """
    The post with a further page of its comments; the first one is at the post's own address. The
    text of the post is the same on all of them, so search engines are sent to the first.
    """
    article = published_or_404(slug)
    page = DiscussionPage(article, number)
    if number == 1:
        return lead_on(request, f"{article.get_absolute_url()}#comments")
    if not 1 < number <= page.total:
        raise Http404("There is no such page.")
    address = page_address(article, number)
    if request.path != unquote(address):  # an old slug, a wrong date, or a number such as 002
        return lead_on(request, address)
    title = _("Comments, page %(number)d: ") % {"number": number}
    context = {"discussion_page": page, "title_prefix": title, "noindex": True}
    return article_page(request, article, context)


@require_safe
def thread(request: HttpRequest, slug: str, pk: int, number: int = 1, **day: str) -> HttpResponse:
    """One conversation with all its replies, on as many pages as it needs."""
    article = published_or_404(slug)
    head = get_object_or_404(Comment.objects.heads_of(article), pk=pk)
    head.article = article
    page = ThreadPage(head, number)
    if not 1 <= number <= page.total:
        raise Http404("There is no such page.")
    address = thread_address(article, pk, number)
    if request.path != unquote(address):
        return lead_on(request, address)
    context = {
        "article": article,
        "page": page,
        "is_open": Discussion.objects.of(article).is_open,
        "noindex": True,
    }
    return render(request, "comments/thread.html", context)


@require_safe
def permalink(request: HttpRequest, slug: str, pk: int, **day: str) -> HttpResponse:
    """Lead to the page and the place where a public comment stands now."""
    article = article_or_404(Article.objects.published(), slug)
    comments = article.comments.published().select_related("thread")
    return redirect(place_of(get_object_or_404(comments, pk=pk)))
