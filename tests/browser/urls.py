"""The site's addresses, and pages that otherwise only appear when something is wrong."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.defaults import server_error

from newsroom.errors import maintenance, too_many_requests
from newsroom.urls import urlpatterns as site


def wait(request: HttpRequest) -> HttpResponse:
    return too_many_requests(request, 30)


urlpatterns = [
    path("errors/429/", wait),
    path("errors/500/", server_error),
    path("errors/503/", maintenance(server_error)),
    *site,
]
