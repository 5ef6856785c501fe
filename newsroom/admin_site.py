"""The admin as a whole: its name, and the dashboard as its start page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class NewsroomSite(AdminSite):
    site_header = site_title = "Newsroom"
    index_title = _("The newsroom")

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        from newsroom.dashboard import Dashboard  # which needs the models

        dashboard = Dashboard(request.user, request.GET.get("month", ""))
        return super().index(request, {"dashboard": dashboard, **(extra_context or {})})
