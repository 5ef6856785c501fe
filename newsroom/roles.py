"""Who may do what: one group for each kind of work in a newsroom."""

from typing import Any

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
    ],
    "Moderator": ["comments.view_comment", "comments.change_comment", "comments.view_decision"],
}


def create_roles(**kwargs: Any) -> None:
    """
    Create the groups that do not exist yet, with their permissions. Runs after every ``migrate``,
    when all permissions are there; a group that somebody has since changed stays as it is.
    """
    from django.contrib.auth.models import Group, Permission

    for name, wanted in ROLES.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            codenames = [permission.split(".")[1] for permission in wanted]
            group.permissions.set(
                Permission.objects.filter(
                    content_type__app_label__in=["articles", "comments"], codename__in=codenames
                )
            )
