from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        from newsroom.roles import create_roles

        # The signal is sent app by app; after that of auth, which INSTALLED_APPS lists after our
        # own apps, all their permissions are there.
        post_migrate.connect(create_roles, sender=apps.get_app_config("auth"))
