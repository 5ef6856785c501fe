"""Who may do what: one group for each kind of work in a newsroom."""

from typing import Any

from django.db import connections

ARTICLE_MODELS = ("article", "byline", "filing")
ROLES = {
    "Reporter": [
        *(
            f"articles.{verb}_{model}"
            for verb in ("view", "add", "change")
            for model in (*ARTICLE_MODELS, "image")
        ),
        *("articles.delete_byline", "articles.delete_filing"),
        *(
            "articles.view_author",
            "articles.view_category",
            "articles.view_tag",
            "articles.add_tag",
        ),
    ],
    "Editor": [
        *(
            f"articles.{verb}_{model}"
            for verb in ("view", "add", "change", "delete")
            for model in (
                *ARTICLE_MODELS,
                "image",
                "author",
                "category",
                "tag",
                "page",
                "correction",
            )
        ),
        *("articles.publish_article", "comments.view_comment"),
        *("comments.view_discussion", "comments.change_discussion", "comments.view_policy"),
    ],
    "Moderator": [
        *("comments.view_comment", "comments.change_comment", "comments.view_decision"),
        *("comments.view_discussion", "comments.view_policy"),
        *(
            f"comments.{verb}_{model}"
            for verb in ("view", "add", "change", "delete")
            for model in ("wordrule", "block")
        ),
    ],
}

# By database: the permissions that were there before ``migrate`` began.
_before: dict[str, set[str]] = {}


def note_permissions(using: str, **kwargs: Any) -> None:
    """Remember what permissions there are. Runs before every ``migrate``."""
    from django.contrib.auth.models import Permission

    tables = connections[using].introspection.table_names()
    is_new = Permission._meta.db_table not in tables
    _before[using] = set() if is_new else set(_permissions(using))


def create_roles(using: str, **kwargs: Any) -> None:
    """
    Create the groups that do not exist yet, with their permissions. Runs after every ``migrate``,
    when all permissions are there. A group that is there already is given those that have come
    with this ``migrate``, and none that somebody may have taken from it before.
    """
    from django.contrib.auth.models import Group

    there = _permissions(using)
    new = set(there) - _before.pop(using, set(there))
    for name, wanted in ROLES.items():
        group, created = Group.objects.using(using).get_or_create(name=name)
        given = wanted if created else new.intersection(wanted)
        group.permissions.add(*(there[each] for each in given if each in there))


def _permissions(using: str) -> dict[str, int]:
    """The keys of all permissions by their names, such as “articles.add_article”."""
    from django.contrib.auth.models import Permission

    found = Permission.objects.using(using).order_by()
    rows = found.values_list("content_type__app_label", "codename", "pk")
    return {f"{app}.{codename}": pk for app, codename, pk in rows}
