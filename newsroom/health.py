"""What a load balancer or a monitor asks: whether this process lives, and whether it can work."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

LIVE, READY = "/healthz", "/readyz"
# A task that nobody has begun for so long means that no worker is running.
TASKS_WAIT = timedelta(minutes=5)


def health(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """
    Middleware, the first of all, because these come by plain http and name no host of ours.

    ``/healthz``: this process answers. ``/readyz``: the database answers too, has every migration,
    and tasks are being done; else 503 and a sentence for each thing that is wrong.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path == LIVE:
            found = JsonResponse({"status": "ok"})
        elif request.path == READY:
            problems = what_is_wrong()
            status = {"status": "not ready" if problems else "ok", "problems": problems}
            found = JsonResponse(status, status=503 if problems else 200)
        else:
            return get_response(request)
        found["Cache-Control"] = "no-store"
        return found

    return answer


def what_is_wrong() -> list[str]:
    """One sentence for each thing that keeps the site from working; none names a secret."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["The database lacks migrations: run “manage.py migrate”."]
        old = timezone.now() - TASKS_WAIT
        just_due = Q(run_after__gt=old, run_after__lte=timezone.now())
        ready = DBTaskResult.objects.ready().filter(enqueued_at__lt=old).exclude(just_due)
        if not settings.DEBUG and ready.exists():
            return ["Tasks are not being done: start “manage.py serve” or “manage.py db_worker”."]
    except Exception as error:  # whatever a driver raises
        return [f"The database does not answer ({type(error).__name__}): see DATABASE_URL."]
    return []
