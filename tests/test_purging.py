"""Old versions are thinned out, and what is in the trash or unsaved goes after its time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.housekeeping import empty_trash, forget_link_checks, forget_unsaved, purge_revisions
from articles.models import Article, Image, LinkCheck
from articles.models.editing import Autosave, Presence
from articles.models.revisions import Revision, slot
from tests.factories import make_article, make_comment, make_draft, make_image, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EMPTY = {"body": "", "lead_image": None}


def keep(article, *ages, **values):
    """Versions of so many days ago, the oldest first, numbered on from those that are there."""
    first = article.version + 1
    Revision.objects.bulk_create(
        Revision(article=article, number=number, at=NOW - age * DAY, contents=EMPTY, **values)
        for number, age in enumerate(sorted(ages, reverse=True), first)
    )
    article.version += len(ages)
    Article.objects.filter(pk=article.pk).update(version=article.version)


def ages(article):
    """How many days old the versions are that are there, the newest first."""
    return [round((NOW - each.at) / DAY, 2) for each in article.revisions.order_by("-number")]


def test_a_year_of_saving_four_times_a_day_becomes_a_thinning_series():
    article = make_draft()
    keep(article, *(number / 4 for number in range(4 * 500)))
    purged = Revision.objects.purge(NOW)
    left = ages(article)
    assert purged == 2000 - len(left)
    assert len([age for age in left if age < 7]) == 28
    assert 22 <= len([age for age in left if 7 <= age < 30]) <= 24
    assert 47 <= len([age for age in left if 30 <= age < 365]) <= 50
    assert 4 <= len([age for age in left if age >= 365]) <= 6


def test_of_a_day_the_last_version_is_kept():
    article = make_draft()
    keep(article, 10.4, 10.3, 10.2, 10.1, 0)
    Revision.objects.purge(NOW)
    assert ages(article) == [0, 10.1]


def test_doing_it_twice_or_daily_comes_to_the_same():
    article = make_draft()
    keep(article, *(number / 3 for number in range(3 * 100)))
    Revision.objects.purge(NOW)
    left = ages(article)
    assert Revision.objects.purge(NOW) == 0
    assert ages(article) == left
    for later in range(1, 400):
        Revision.objects.purge(NOW + later * DAY)
    assert 4 <= len(ages(article)) <= 7


@pytest.mark.parametrize(
    "values",
    [
        {"name": "As the lawyers saw it"},
        {"live_from": NOW - 40 * DAY},
        {"live_from": timezone.now() + DAY},
    ],
    ids=["named", "read", "to be live"],
)
def test_what_somebody_named_or_read_is_kept(values):
    article = make_draft()
    keep(article, 40.1, 40.2, 40.3, **values)
    keep(article, 40, 0)
    Revision.objects.purge(NOW)
    assert len(ages(article)) == 5


def test_pending_changes_and_the_newest_version_are_kept():
    article = make_article()
    keep(article, 40.3, 40.2, 40.1)
    article.pending = article.revisions.get(number=2)
    article.save()
    Revision.objects.purge(NOW)
    assert [each.number for each in article.revisions.all()] == [3, 2, 1]
    article.pending = None
    article.save()
    Revision.objects.purge(NOW)
    assert [each.number for each in article.revisions.all()] == [3, 2]


def test_each_post_has_a_series_of_its_own():
    articles = [make_draft() for _ in range(3)]
    for article in articles:
        keep(article, 40.1, 40, 0)
    Revision.objects.purge(NOW)
    assert [ages(article) for article in articles] == [[0, 40]] * 3


def test_the_public_page_of_a_post_does_not_change(client):
    article = make_article()
    keep(article, 40.1, 40)
    before = client.get(article.get_absolute_url()).content
    purge_revisions()
    assert client.get(article.get_absolute_url()).content == before


@pytest.mark.parametrize(("each", "most"), [(10, 16), (400, 40)])
def test_it_takes_few_queries_and_reads_no_contents(each, most):
    for _ in range(5):
        keep(make_draft(), *(40 + number / 1000 for number in range(each)), 0)
    with CaptureQueriesContext(connection) as queries:
        assert Revision.objects.purge(NOW) > 0
    assert len(queries) <= most
    assert not [query["sql"] for query in queries if '"contents"' in query["sql"]]


def test_slots_grow_with_age():
    at = NOW - timedelta(hours=1)
    assert slot(at, NOW) == ""
    assert slot(at, NOW + 8 * DAY) == "2026-11-25"
    assert slot(at, NOW + 40 * DAY) == "2026-W48"
    assert slot(at, NOW + 400 * DAY) == "2026-11"


# The trash


def trashed(days, **values):
    article = make_article(**values)
    article.trash()
    Article.objects.filter(pk=article.pk).update(trashed_at=timezone.now() - days * DAY)
    return article


def test_the_trash_is_emptied_after_30_days():
    trashed(31)
    kept, there = trashed(29), make_article()
    assert empty_trash() == "1 posts deleted that were in the trash for 30 days."
    assert set(Article.objects.all()) == {kept, there}
    assert empty_trash() == ""


def test_everything_of_it_goes_but_its_pictures_and_their_files():
    image = make_image()
    article = trashed(31, lead_image=image, body=f'<p><img src="{image.original.url}" alt="A"></p>')
    make_comment(article, parent=make_comment(article))
    article.corrections.create(text="It was Tuesday.")
    keep(article, *range(3))
    empty_trash()
    assert not Article.objects.exists()
    assert not Revision.objects.exists()
    assert Image.objects.get() == image
    assert default_storage.exists(image.file.name)


def test_a_post_with_many_versions_is_deleted_without_reading_them(monkeypatch):
    monkeypatch.setattr("articles.housekeeping.BATCH", 3)
    keep(trashed(31), *range(10))
    with CaptureQueriesContext(connection) as queries:
        empty_trash()
    assert not Article.objects.exists()
    assert not [query["sql"] for query in queries if 'revision"."contents"' in query["sql"]]


# Unsaved work, presences, links


def test_unsaved_work_waits_for_30_days():
    user = make_user()
    for days in (29, 31):
        at = timezone.now() - days * DAY
        Autosave.objects.create(user=user, article=make_draft(), fields={}, at=at)
    assert forget_unsaved() == "1 unsaved texts forgotten."
    assert Autosave.objects.count() == 1


def test_who_left_long_ago_is_forgotten():
    user, now = make_user(), timezone.now()
    for when in (now - timedelta(minutes=5), now - 2 * DAY):
        Presence.objects.create(article=make_draft(), user=user, last_active=when)
    assert forget_unsaved() == ""
    assert Presence.objects.count() == 1


def test_old_link_checks_are_forgotten_and_those_to_come_are_not():
    for number, days in enumerate([1, 100, None]):
        checked_at = days and timezone.now() - days * DAY
        LinkCheck.objects.create(digest=f"{number}", url="https://a.example", checked_at=checked_at)
    assert forget_link_checks() == "1 old link checks forgotten."
    assert LinkCheck.objects.count() == 2


def test_a_version_that_a_link_leads_to_stays_until_the_link_ends():
    article = make_draft()
    keep(article, 10.4, 10.3, 10.2, 10.1, 0)
    shared = article.revisions.get(number=article.version - 3)
    Revision.objects.filter(pk=shared.pk).update(shared_until=NOW + DAY)
    Revision.objects.purge(NOW)
    assert ages(article) == [0, 10.1, 10.3]
    Revision.objects.purge(NOW + DAY)
    assert ages(article) == [0, 10.1]
