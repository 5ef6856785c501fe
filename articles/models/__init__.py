"""What the newsroom publishes, and who writes it."""

from articles.models.articles import Article, ArticleQuerySet, Byline, Filing
from articles.models.authors import Author
from articles.models.images import Image, Rendition
from articles.models.topics import Category, Tag

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Author",
    "Byline",
    "Category",
    "Filing",
    "Image",
    "Rendition",
    "Tag",
]
