from typing import Any

from django import template
from django.template.context import Context

from articles.models import Article
from comments.models import Comment
from comments.threads import threads
from comments.views import blank_form

register = template.Library()


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comment_section(context: Context, article: Article) -> dict[str, Any]:
    """
    The discussion under ``article`` and the form to join it. A view can give the page a
    ``comment_form``, the comment to ``reply_to``, or the key of the writer's own ``pending`` one.
    """
    request = context["request"]
    comments = list(Comment.objects.shown_under(article, context.get("pending")))
    form = None
    if article.comments_open:
        form = context.get("comment_form") or blank_form(request, article)
    return {
        "request": request,
        "article": article,
        "threads": threads(comments),
        "count": sum(not comment.is_held for comment in comments),
        "form": form,
        "reply_to": context.get("reply_to"),
        "pending": context.get("pending"),
    }


@register.filter
def is_by_author_of(comment: Comment, article: Article) -> bool:
    """Whether the comment's writer signs the post."""
    return comment.is_by_author_of(article)
