from typing import Any

from django import template
from django.template.context import Context

from articles.models import Article
from comments.models import Comment
from comments.threads import threads
from comments.views import blank_form

register = template.Library()


def shown_comments(context: Context, article: Article) -> list[Comment]:
    """The comments on the page, asked for once although head and section both need them."""
    if not hasattr(article, "shown_comments"):
        article.shown_comments = list(Comment.objects.shown_under(article, context.get("pending")))
    return article.shown_comments


@register.simple_tag(takes_context=True)
def comment_count(context: Context, article: Article) -> int:
    """How many comments everybody can read under ``article``."""
    return sum(not comment.seems_held for comment in shown_comments(context, article))


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comment_section(context: Context, article: Article) -> dict[str, Any]:
    """
    The discussion under ``article`` and the form to join it. A view can give the page a
    ``comment_form``, the comment to ``reply_to``, or the key of the writer's own ``pending`` one.
    """
    request = context["request"]
    form = None
    if article.comments_open:
        form = context.get("comment_form") or blank_form(request, article)
    return {
        "request": request,
        "article": article,
        "threads": threads(shown_comments(context, article)),
        "count": comment_count(context, article),
        "form": form,
        "reply_to": context.get("reply_to"),
        "pending": context.get("pending"),
    }


@register.filter
def is_by_author_of(comment: Comment, article: Article) -> bool:
    """Whether the comment's writer signs the post."""
    return comment.is_by_author_of(article)
