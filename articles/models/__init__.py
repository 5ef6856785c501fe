"""What the newsroom publishes, and who writes it."""

from articles.models.articles import Article, ArticleQuerySet, Byline, Filing
from articles.models.authors import Author
from articles.models.corrections import Correction
from articles.models.images import Image, Rendition
from articles.models.pages import Page
from articles.models.topics import Category, Tag

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Author",
    "Byline",
    "Category",
    "Correction",
    "Filing",
    "Image",
    "Page",
    "Rendition",
    "Tag",
]
