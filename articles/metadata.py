"""What machines read about a page: schema.org in JSON-LD."""

import json
from typing import Any
from urllib.parse import urljoin

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Author
from articles.site import site_name

HEADLINE = 110
SHAPES = ("16x9", "4x3", "1x1")
# A text in the data must not end the script element that holds it.
ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def as_script(data: dict[str, Any]) -> SafeString:
    """``data`` as a JSON-LD element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def article_graph(article: Article, site: str, comment_count: int) -> dict[str, Any]:
    """A post with its authors, its publisher and its place on the ``site`` (scheme and host)."""
    address = site + article.get_absolute_url()
    story = {
        "@type": "NewsArticle",
        "@id": f"{address}#article",
        "mainEntityOfPage": address,
        "headline": article.title[:HEADLINE],
        "description": article.summary,
        "datePublished": article.published_at.isoformat(),
        "dateModified": (article.last_update or article.published_at).isoformat(),
        "author": [person(author, site) for author in article.ordered_authors],
        "publisher": {"@id": f"{site}/#organization"},
        "articleSection": [category.name for category in article.ordered_categories],
        "keywords": [tag.name for tag in article.ordered_tags],
        "wordCount": article.word_count,
        "commentCount": comment_count,
        "isAccessibleForFree": True,
    }
    if image := article.lead_image:
        story["image"] = [urljoin(site, image.crop(shape).url) for shape in SHAPES]
    if article.ordered_corrections:
        story["correction"] = [
            {
                "@type": "CorrectionComment",
                "text": correction.text,
                "datePublished": correction.corrected_at.isoformat(),
            }
            for correction in article.ordered_corrections
        ]
    return graph(story, organization(site), breadcrumbs(article, site))


def home_graph(site: str) -> dict[str, Any]:
    """The site itself, who publishes it, and how it is searched."""
    website = {
        "@type": "WebSite",
        "@id": f"{site}/#website",
        "url": f"{site}/",
        "name": site_name(),
        "publisher": {"@id": f"{site}/#organization"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{site}/?s={{words}}",
            "query-input": "required name=words",
        },
    }
    return graph(website, organization(site))


def graph(*things: dict[str, Any]) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@graph": list(things)}


def person(author: Author, site: str) -> dict[str, Any]:
    return {
        "@type": "Person",
        "name": author.name,
        "url": site + author.get_absolute_url(),
        "image": urljoin(site, author.picture_url),
        "sameAs": [link["url"] for link in author.link_list],
    }


def organization(site: str) -> dict[str, Any]:
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{site}/#organization",
        "name": site_name(),
        "url": f"{site}/",
        "logo": f"{site}/apple-touch-icon.png",
        "correctionsPolicy": site + reverse("articles:corrections"),
    }


def breadcrumbs(article: Article, site: str) -> dict[str, Any]:
    """Home, the first category, the post."""
    steps = [(site_name(), f"{site}/")]
    steps += [
        (category.name, site + category.get_absolute_url())
        for category in article.ordered_categories[:1]
    ]
    steps.append((article.title, site + article.get_absolute_url()))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(steps, 1)
        ],
    }
