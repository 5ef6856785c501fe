"""Feeds of comments: the whole site's, and those of the discussion under one post."""

from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Article, ArticleQuerySet
from articles.site import site_name, site_url
from articles.syndication import MAX_AGE, NEWEST, Entry, feed_answer
from articles.views import article_or_404, moved
from comments.models import Comment, CommentQuerySet

# What a decision has to change before the readers of a feed see something new.
SEEN = {"status", "body"}


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def site_feed(request: HttpRequest, form: str) -> HttpResponse:
    """The newest comments of all posts that are public."""
    entries = newest_entries(request, Comment.objects.published().on_public_articles())
    title = f"{_('Comments')} · {site_name()}"
    return feed_answer(
        request, form, title, _("Latest comments"), reverse("articles:home"), entries
    )


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def article_feed(
    request: HttpRequest, form: str, year: str, month: str, day: str, slug: str
) -> HttpResponse:
    """The newest comments on one post. Its address under a wrong date leads to the right one."""
    article = article_or_404(Article.objects.published(), slug)
    if answer := moved(request, article):
        return answer
    address = article.get_absolute_url()
    entries = newest_entries(request, Comment.objects.published().filter(article=article))
    title = _("Comments on “%(title)s”") % {"title": article.title}
    return feed_answer(
        request, form, f"{title} · {site_name()}", _("Latest comments"), address, entries
    )


def newest_entries(request: HttpRequest, comments: CommentQuerySet) -> list[Entry]:
    """The newest of ``comments``, with all that a feed says of them."""
    found = comments.newest_first().select_related("article").prefetch_related("decisions")
    site = site_url(request)
    return [entry(comment, site) for comment in found[:NEWEST]]


def entry(comment: Comment, site: str) -> Entry:
    """
    ``comment`` as an entry of a feed. It changed when a moderator let it through, which can be
    long after it was written, or when its text did.
    """
    decisions = (made for made in comment.decisions.all() if SEEN.intersection(made.before))
    names = {"name": comment.name, "title": comment.article.title}
    return Entry(
        id=f"{site}{comment.article.shortlink}#comment-{comment.pk}",
        link=f"{site}{comment.get_absolute_url()}",
        title=_("%(name)s on “%(title)s”") % names,
        html=str(comment.html),
        published=comment.created_at,
        changed=max([comment.created_at, *(made.at for made in decisions)]),
        authors=[(comment.name, "")],
    )


def with_comment_counts(articles: ArticleQuerySet) -> ArticleQuerySet:
    """``articles``, each with ``comment_count``: how many comments its readers see."""
    return articles.annotate(comment_count=Coalesce("discussion__comment_count", 0))
