"""What the newsroom publishes, who writes it, and how it came about."""

from articles.models.articles import Article, ArticleQuerySet, Byline, Filing, ShowChanges
from articles.models.authors import Author
from articles.models.corrections import Correction
from articles.models.editing import Autosave, Presence
from articles.models.events import Event
from articles.models.former_slugs import FormerSlug
from articles.models.images import Image, Rendition
from articles.models.link_checks import LinkCheck
from articles.models.pages import Page
from articles.models.picture_uses import PictureUse
from articles.models.revisions import Revision
from articles.models.topics import Category, Tag
from articles.models.workflow import Stale

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Author",
    "Autosave",
    "Byline",
    "Category",
    "Correction",
    "Event",
    "Filing",
    "FormerSlug",
    "Image",
    "LinkCheck",
    "Page",
    "PictureUse",
    "Presence",
    "Rendition",
    "Revision",
    "ShowChanges",
    "Stale",
    "Tag",
]
