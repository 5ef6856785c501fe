"""The page of a post as it would be: drawn from contents that are stored nowhere as the post."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from articles.models import Article, Author, Category, Correction, Image, Tag
from articles.models.contents import PLAIN, Contents, as_date, in_order
from articles.models.titled import one_line
from articles.richtext import clean
from articles.views import article_page

# Of a post that was never saved. No row has this key, so that whatever is asked about it (its
# comments, say) is answered with nothing, and needs no case of its own.
NO_KEY = 0


def drawn(contents: Contents, stored: Article | None = None, at: datetime | None = None) -> Article:
    """
    A post for its page to be shown: as ``contents`` say, the rest as of the ``stored`` one, which
    it leaves alone. It must not be saved. With ``at`` nothing is shown that was added to the post
    after that time.
    """
    article = Article(pk=stored.pk if stored else NO_KEY)
    for name in PLAIN:
        setattr(article, name, contents.get(name, getattr(stored or article, name)))
    article.tidy_title()
    article.standfirst = one_line(article.standfirst)
    article.body = clean(article.body)
    article.published_at = as_date(contents.get("published_at")) or timezone.now()
    pictures = [contents["lead_image"]] if contents.get("lead_image") else []
    article.lead_image = next(iter(in_order(Image, pictures)), None)
    article.ordered_authors = in_order(Author, contents.get("authors", ()))
    article.ordered_categories = in_order(Category, contents.get("categories", ()))
    corrections = []
    if stored:
        # An address that was emptied is made anew when the post is saved.
        article.slug = article.slug or stored.slug
        article.status, article.ends_at = stored.status, stored.ends_at
        corrections = [one for one in stored.corrections.all() if not at or one.corrected_at <= at]
        if stored.updated_at and (not at or stored.updated_at <= at):
            article.updated_at = stored.updated_at
    if contents.get("is_update"):
        article.updated_at = at or timezone.now()
    if text := contents.get("correction"):
        corrections.append(Correction(text=text, corrected_at=at or timezone.now()))
    # As if they had been prefetched.
    article._prefetched_objects_cache = {
        "corrections": corrections,
        "tags": list(Tag.objects.filter(pk__in=contents.get("tags", ()))),
    }
    return article


def preview_page(
    request: HttpRequest, article: Article, status: int = 200, **context: Any
) -> HttpResponse:
    """The public page of ``article``, such as ``drawn`` makes, which nobody keeps or finds."""
    answer = article_page(request, article, context | {"is_preview": True, "noindex": True}, status)
    return hidden(answer)


def hidden(answer: HttpResponse) -> HttpResponse:
    """``answer`` for its reader only: kept by no cache, and listed by no search engine."""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
