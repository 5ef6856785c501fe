from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = "Comments"

    def ready(self) -> None:
        from comments import notices  # noqa: F401  (it listens to decisions)

        post_migrate.connect(after_migrate, sender=self)
        autodiscover_modules("rules_admin")


def after_migrate(using: str, **kwargs: Any) -> None:
    """See to what every database of comments has: the triggers, and the policy they name."""
    from comments import counts
    from comments.models import Discussion, Policy

    if Discussion._meta.db_table in connections[using].introspection.table_names():
        Policy.standard()
        counts.reinstall(connections[using])
