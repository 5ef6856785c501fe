"""What load balancers ask: whether a process lives, and whether the site can work."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from newsroom import health

pytestmark = pytest.mark.django_db


def old_task(**values):
    values.setdefault("run_after", get_date_max())
    task = DBTaskResult.objects.create(
        task_path="articles.tasks.make_renditions",
        args_kwargs={"args": [1], "kwargs": {}},
        backend_name="default",
        **values,
    )
    long_ago = timezone.now() - timedelta(hours=1)
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=long_ago)
    return task


def test_a_process_that_lives_says_so_without_asking_the_database(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_any_host_and_plain_http_will_do(client, settings, address):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["news.example"], True
    assert client.get(address, headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_a_site_that_can_work_is_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "problems": []})


def test_without_its_migrations_it_is_not(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'newsroom'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["The database lacks migrations: run “manage.py migrate”."]


def test_without_a_database_it_is_not_and_names_no_secret(client, monkeypatch):
    def fail(*args):
        raise OSError("could not connect to postgres://name:secret@host")

    monkeypatch.setattr(health.connection, "ensure_connection", fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "does not answer (OSError)" in answer.json()["problems"][0]
    assert "secret" not in answer.text


def test_a_task_that_nobody_begins_means_that_no_worker_runs(client):
    old_task()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "Tasks are not being done" in answer.json()["problems"][0]


@pytest.mark.parametrize(
    "values",
    [
        {"run_after": timedelta(days=1)},
        {"run_after": -timedelta(minutes=1)},
        {"status": "SUCCESSFUL"},
        {"status": "RUNNING"},
    ],
)
def test_a_task_that_is_not_due_or_begun_means_nothing(client, values):
    if "run_after" in values:
        values = {"run_after": timezone.now() + values["run_after"]}
    old_task(**values)
    assert client.get("/readyz").status_code == 200
