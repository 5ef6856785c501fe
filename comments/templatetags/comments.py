from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from articles.models import Article
from comments.markup import Conversation
from comments.models import Discussion
from comments.pages import DiscussionPage
from comments.threads import Thread
from comments.views import blank_form

register = template.Library()


def page_of(context: Context, article: Article) -> DiscussionPage:
    """The page of the discussion that is shown, which head and section of the page both need."""
    if not hasattr(article, "discussion_page"):
        article.discussion_page = context.get("discussion_page") or DiscussionPage(article)
    return article.discussion_page


@register.simple_tag(takes_context=True)
def comment_count(context: Context, article: Article) -> int:
    """How many comments everybody can read under ``article``."""
    return page_of(context, article).discussion.comment_count


@register.simple_tag
def count_comments(articles: Iterable[Article]) -> str:
    """Give each of ``articles`` its ``comment_count``, in one query for all. It draws nothing."""
    articles = list(articles)
    counts = dict(
        Discussion.objects.filter(article__in=articles).values_list("article", "comment_count")
    )
    for article in articles:
        article.comment_count = counts.get(article.pk, 0)
    return ""


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comment_section(context: Context, article: Article) -> dict[str, Any]:
    """
    The discussion under ``article`` and the form to join it. A view can give the page another
    ``discussion_page`` than the first, a ``comment_form``, the comment to ``reply_to``, one to
    ``preview``, or the writer's ``own`` one. Where the post itself ``is_preview``, nobody can join.
    """
    request, own, page = context["request"], context.get("own"), page_of(context, article)
    will_open = page.discussion.is_open
    is_open = will_open and not context.get("is_preview")
    form = None
    if is_open:
        form = context.get("comment_form") or blank_form(request, article)
    preview = context.get("preview")
    drawing = Conversation(article, is_open, own)
    return {
        "request": request,
        "article": article,
        "page": page,
        "threads": drawing.html(page.threads),
        "featured": page.featured,
        "count": page.discussion.comment_count,
        "form": form,
        "will_open": will_open,
        "reply_to": context.get("reply_to"),
        "preview": preview and drawing.preview(preview),
        "own": own,
    }


@register.simple_tag
def conversation(thread: Thread, article: Article, is_open: bool) -> SafeString:
    """One thread with all the replies that it has been given."""
    return Conversation(article, is_open).html([thread])
