"""
Who may do what with a post. Buttons, forms, addresses and actions all ask here, and nowhere else.

Editors hold the permission to publish and may do everything. Reporters write their own posts until
these are published, and propose changes to them afterwards. The verbs are those of
``articles.models.workflow`` and a few more.
"""

from typing import Any

from articles.models import Article, Image, PictureUse

VIEW, EDIT, PREVIEW, SHARE, NAME_VERSION = "view", "edit", "preview", "share", "name_version"
SUBMIT, TAKE_BACK, REQUEST_CHANGES = "submit", "take_back", "request_changes"
PUBLISH, UNPUBLISH, CORRECT = "publish", "unpublish", "correct"
PROPOSE, PUBLISH_CHANGES, DISCARD_CHANGES = "propose", "publish_changes", "discard_changes"
TRASH, UNTRASH, DELETE, RESTORE = "trash", "untrash", "delete", "restore"

Status = Article.Status


def is_editor(user: Any) -> bool:
    """Whether ``user`` may publish, and see what all others write."""
    return user.has_perm("articles.publish_article") and user.has_perm("articles.change_article")


def is_writer(user: Any) -> bool:
    return user.has_perm("articles.change_article")


def is_own(user: Any, article: Article) -> bool:
    """Whether ``user`` started the post, or signs it."""
    if user.pk is None:
        return False
    if article.created_by_id == user.pk:
        return True
    return any(byline.author.user_id == user.pk for byline in article.bylines.all())


def visible(user: Any, articles: Any) -> Any:
    """Those of ``articles`` that ``user`` may see in the admin."""
    if is_editor(user):
        return articles
    return articles.published() | articles.among_written_by(user)


def allowed(user: Any, article: Article | None) -> frozenset[str]:
    """All that ``user`` may do with ``article`` as it is stored, or with a new one (None)."""
    if article is None:
        new = {EDIT, SUBMIT} if user.has_perm("articles.add_article") else set()
        return frozenset(new | {PUBLISH} if new and is_editor(user) else new)
    if is_editor(user):
        may = of_editor(user, article)
    elif is_writer(user) and is_own(user, article):
        may = of_reporter(article)
    else:
        may = set()
    if user.has_perm("articles.view_article") and (may or is_editor(user) or article.is_public):
        may |= {VIEW}
    return frozenset(may)


def may(user: Any, action: str, article: Article | None = None) -> bool:
    return action in allowed(user, article)


def of_editor(user: Any, article: Article) -> set[str]:
    if article.status == Status.TRASHED:
        return {UNTRASH, PREVIEW} | (
            {DELETE} if user.has_perm("articles.delete_article") else set()
        )
    always = {EDIT, PREVIEW, SHARE, NAME_VERSION, RESTORE, TRASH}
    if article.has_begun:
        pending = {PUBLISH_CHANGES, DISCARD_CHANGES} if article.pending_id else set()
        return always | {PROPOSE, PUBLISH_CHANGES, UNPUBLISH, CORRECT} | pending | review(article)
    if article.is_scheduled:
        return always | {PUBLISH, UNPUBLISH}
    if article.status == Status.UNPUBLISHED:
        return always | {PUBLISH, SUBMIT, REQUEST_CHANGES}
    return always | {PUBLISH} | review(article)


def of_reporter(article: Article) -> set[str]:
    """What somebody who cannot publish may do with a post of their own."""
    if article.status == Status.TRASHED:
        # What readers have seen was taken away by an editor.
        return {PREVIEW} if article.was_public else {UNTRASH, PREVIEW}
    if article.status in (Status.DRAFT, Status.IN_REVIEW):
        own = {EDIT, PREVIEW, SHARE, RESTORE} | review(article) - {REQUEST_CHANGES}
        return own | {TRASH} if article.status == Status.DRAFT else own
    if article.has_begun:
        own = {EDIT, PROPOSE, PREVIEW, SHARE, RESTORE} | review(article) - {REQUEST_CHANGES}
        return own | {DISCARD_CHANGES} if article.pending_id else own
    return {PREVIEW}


def review(article: Article) -> set[str]:
    """Into review, or out of it."""
    if article.is_in_review:
        return {TAKE_BACK, REQUEST_CHANGES}
    return {SUBMIT}


def may_change_picture(user: Any, image: Image) -> bool:
    """
    Whether ``user`` may replace the file or the words of ``image``, which changes every place that
    shows it: editors; others while nobody but themselves uses it, and readers do not see it.
    """
    if is_editor(user):
        return True
    own = Article.objects.written_by(user).filter(status__in=[Status.DRAFT, Status.IN_REVIEW])
    others = PictureUse.objects.filter(image=image).exclude(article__in=own)
    return user.has_perm("articles.change_image") and not others.exists()
