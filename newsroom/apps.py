from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate, pre_migrate


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        from newsroom import versions
        from newsroom.roles import create_roles, note_permissions

        # The signal is sent app by app; after that of auth, which INSTALLED_APPS lists after our
        # own apps, all their permissions are there.
        auth = apps.get_app_config("auth")
        pre_migrate.connect(note_permissions, sender=auth)
        post_migrate.connect(create_roles, sender=auth)
        post_migrate.connect(versions.install, sender=auth)


class NewsroomAdminConfig(AdminConfig):
    default_site = "newsroom.admin_site.NewsroomSite"
