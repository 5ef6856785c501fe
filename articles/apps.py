from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Articles"

    def ready(self) -> None:
        from articles import notices, search_index  # noqa: F401  (notices listens to events)

        connection_created.connect(search_index.on_connection)
        post_migrate.connect(search_index.mend, sender=self)
