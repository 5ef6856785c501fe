"""The steps of a post: from which state each can be taken, at which second, and what it leaves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models import Article, Author, Event, Stale
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_draft,
    make_image,
    make_scheduled,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ROOT = Path(__file__).parent.parent
SECOND = datetime(2030, 3, 4, 9, tzinfo=UTC)
BEFORE = SECOND - timedelta(microseconds=1)


@pytest.fixture
def clock(monkeypatch):
    """``clock(moment)`` makes that the present."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def signed(title="Ships", **values):
    article = make_draft(title, **values)
    article.sign(make_author())
    return article


def is_seen(client, article):
    """Whether readers see it, asked in every way: by address, in the list, of one and of all."""
    day = timezone.localtime(article.published_at, timezone.get_default_timezone())
    answers = {
        client.get(f"/{day:%Y/%m/%d}/{article.slug}/").status_code == 200,
        article.title in client.get("/").content.decode(),
        article.title in client.get("/feed/").content.decode(),
        Article.objects.published().filter(pk=article.pk).exists(),
        article.is_public,
    }
    assert len(answers) == 1
    return answers.pop()


# At the second


def test_a_scheduled_post_is_public_at_its_second_and_nothing_has_to_run(client, clock):
    clock(SECOND - HOUR)
    article = signed()
    article.publish(SECOND)
    clock(BEFORE)
    assert not is_seen(client, article)
    clock(SECOND)
    assert is_seen(client, article)


def test_an_end_takes_a_post_down_at_its_second(client, clock):
    clock(SECOND - HOUR)
    article = signed(ends_at=SECOND)
    article.publish()
    clock(BEFORE)
    assert is_seen(client, article)
    clock(SECOND)
    assert not is_seen(client, article)
    assert article.state == "Ended"


def test_what_is_out_follows_from_the_clock_alone(clock):
    """No state is switched over: the stored post is the same before, during and after."""
    clock(SECOND - HOUR)
    article = signed(ends_at=SECOND + HOUR)
    article.publish(SECOND)
    stored = Article.objects.filter(pk=article.pk).values().get()
    for moment, public in ((BEFORE, False), (SECOND, True), (SECOND + HOUR, False)):
        clock(moment)
        assert Article.objects.published().exists() is public
        assert Article.objects.get().is_public is public
        assert Article.objects.filter(pk=article.pk).values().get() == stored


def test_the_site_moves_to_another_time_zone_and_no_post_moves(client, clock, settings):
    clock(SECOND - HOUR)
    article = signed()
    article.publish(SECOND)
    settings.TIME_ZONE = "Pacific/Auckland"
    clock(BEFORE)
    assert not is_seen(client, article)
    clock(SECOND)
    assert is_seen(client, article)


# Embargo


def test_the_verb_does_not_publish_before_the_embargo(clock):
    clock(BEFORE)
    article = signed(embargo_until=SECOND)
    for at in (None, BEFORE):
        with pytest.raises(ValidationError, match="The embargo ends later"):
            article.publish(at)
    assert not Article.objects.filter(status="published").exists()


def test_at_the_second_of_the_embargo_it_can_be_published(clock):
    clock(SECOND)
    article = signed(embargo_until=SECOND)
    article.publish()
    assert article.is_public


def test_a_date_after_the_embargo_can_be_chosen_before_it_ends(clock):
    clock(SECOND - HOUR)
    article = signed(embargo_until=SECOND)
    article.publish(SECOND)
    assert article.is_scheduled


def test_no_later_change_brings_a_post_forward_past_its_embargo(clock):
    clock(SECOND - HOUR)
    article = signed(embargo_until=SECOND)
    article.publish(SECOND)
    early = {"published_at": (SECOND - HOUR).isoformat()}
    with pytest.raises(ValidationError, match="The embargo ends later"):
        article.revise(early)
    clock(SECOND)
    article.refresh_from_db()
    article.propose(early)
    with pytest.raises(ValidationError, match="The embargo ends later"):
        article.publish_changes()


@pytest.mark.parametrize(
    "values",
    [
        {"published_at": BEFORE, "embargo_until": SECOND},
        {"published_at": SECOND, "ends_at": SECOND},
        {"published_at": None},
        {"published_at": SECOND, "trashed_at": SECOND},
    ],
)
def test_the_database_holds_it_against_all_who_go_past_the_verbs(values):
    article = signed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(status="published", **values)


# Which step from which state


def bring(state):
    make = {"scheduled": make_scheduled, "public": make_article, "pending": make_article}
    if state in make:
        article = make[state]()
        if state == "pending":
            article.propose({"title": "Better"})
        return article
    article = signed()
    if state == "review":
        article.submit()
    if state == "unpublished":
        article.publish()
        article.unpublish()
    if state == "trash":
        article.trash()
    return article


FITS = {
    "submit": "draft unpublished pending",
    "take_back": "review",
    "request_changes": "review unpublished",
    "publish": "draft review unpublished scheduled",
    "unpublish": "scheduled public pending",
    "propose": "public pending",
    "publish_changes": "pending",
    "discard_changes": "pending",
    "trash": "draft review unpublished scheduled public pending",
    "untrash": "trash",
    "restore": "draft review unpublished scheduled public pending",
}


@pytest.mark.parametrize("verb", FITS)
@pytest.mark.parametrize(
    "state", ["draft", "review", "scheduled", "public", "pending", "unpublished", "trash"]
)
def test_a_step_is_taken_from_where_it_fits_and_refused_elsewhere(verb, state):
    article = bring(state)
    if not article.version:
        article.revise({})
    values = {"propose": [{"title": "New"}], "restore": [article.revisions.last()]}
    before = Article.objects.filter(pk=article.pk).values().get()
    events = article.events.count()
    if state in FITS[verb].split():
        getattr(article, verb)(*values.get(verb, []))
        assert article.events.count() == events + 1
        return
    with pytest.raises(ValidationError):
        getattr(article, verb)(*values.get(verb, []))
    assert Article.objects.filter(pk=article.pk).values().get() == before
    assert article.events.count() == events


def test_a_save_over_a_newer_version_is_refused():
    article = signed()
    article.revise({"title": "First"})
    other = Article.objects.get()
    base = other.version
    other.revise({"title": "Second"}, base=base)
    for step in (article.revise, article.propose, article.publish_changes):
        with pytest.raises(Stale):
            step({"title": "Third"}, base=base)
    with pytest.raises(Stale):
        article.publish(base=base)
    assert Article.objects.get().title == "Second"


# Pending changes


def test_readers_see_nothing_of_pending_changes_until_they_are_published_as_one():
    old = make_author("Old")
    article = make_article("Live", authors=[old], categories=[make_category("A")])
    changes = {
        "title": "Next",
        "slug": "next",
        "body": "<p>New.</p>",
        "authors": [make_author("New").pk],
        "categories": [make_category("B").pk],
        "tags": [make_tag().pk],
        "lead_image": make_image().pk,
    }
    slug = article.slug
    article.propose(changes)
    live = Article.objects.get()
    assert (live.title, live.slug, live.byline, live.lead_image) == ("Live", slug, "Old", None)
    assert [each.name for each in live.ordered_categories] == ["A"]
    assert not live.tags.exists()
    article.propose({**article.pending.contents, "standfirst": "Once more."})
    article.submit()
    assert list(Article.objects.in_review()) == [live]
    article.request_changes(note="The slug?")
    article.publish_changes()
    live = Article.objects.get()
    assert (live.title, live.slug, live.byline) == ("Next", "next", "New")
    assert live.standfirst == "Once more."
    assert (live.pending, live.changes_in_review) == (None, False)
    assert live.contents["tags"] == changes["tags"]


def test_changes_in_review_stay_there_when_somebody_goes_on_writing():
    article = bring("pending")
    article.submit()
    article.propose({"title": "Better still"})
    assert article.changes_in_review
    article.take_back()
    assert not article.changes_in_review


def test_discarded_changes_stay_in_the_history():
    article = bring("pending")
    article.discard_changes()
    assert article.pending is None
    assert article.revisions.filter(contents__title="Better").exists()


def test_unpublishing_keeps_what_was_pending_as_the_draft():
    article = bring("pending")
    article.unpublish()
    assert (article.title, article.status, article.pending) == ("Better", "unpublished", None)


def test_an_author_who_is_no_more_is_left_out_of_changes_that_are_published():
    article, gone, stays = make_article(), make_author(), make_author()
    article.propose({"authors": [gone.pk, stays.pk]})
    Author.objects.filter(pk=gone.pk).delete()
    article.publish_changes()
    assert article.ordered_authors == [stays]


def test_changes_whose_every_author_is_no_more_are_not_published():
    article, gone = make_article(), make_author()
    article.propose({"authors": [gone.pk], "title": "Better"})
    gone.delete()
    with pytest.raises(ValidationError, match="Choose at least one author"):
        article.publish_changes()
    assert Article.objects.get().pending.contents["title"] == "Better"


def test_scripts_in_pending_changes_are_taken_out():
    article = make_article()
    article.propose({"body": "<p>Text<script>alert(1)</script></p>"})
    assert article.pending.contents["body"] == "<p>Text</p>"


def test_a_public_post_is_not_made_a_scheduled_one_by_its_changes():
    article = make_article()
    ahead = (timezone.now() + HOUR).isoformat()
    with pytest.raises(ValidationError, match="its date cannot be ahead"):
        article.publish_changes({"published_at": ahead})
    assert Article.objects.get().is_public


# Versions


def test_what_was_there_before_versions_were_kept_is_the_first_one():
    article = make_article("As it was")
    article.publish_changes({"title": "As it is"})
    titles = [each.contents["title"] for each in article.revisions.order_by("number")]
    assert titles == ["As it was", "As it is"]


def test_an_earlier_version_comes_back_as_a_new_one_and_leaves_dates_and_address():
    article = signed()
    article.revise({"title": "First", "slug": "first"})
    article.revise({"title": "Second", "slug": "second", "pinned": True})
    article.restore(article.revisions.get(number=2))
    assert (article.title, article.slug, article.pinned) == ("First", "second", True)
    assert article.version == 4


def test_restoring_what_was_published_meanwhile_does_not_touch_what_readers_see():
    article = signed("First")
    article.revise({})
    mine = Article.objects.get()
    article.revise({"title": "Second"})
    article.publish()
    mine.restore(mine.revisions.get(number=1))
    assert Article.objects.get().title == "Second"
    assert Article.objects.get().pending.contents["title"] == "First"


def test_a_scheduled_post_does_not_lose_its_last_author_by_a_restoration():
    article = make_draft()
    article.revise({})
    article.revise({"authors": [make_author().pk]})
    article.publish(timezone.now() + HOUR)
    with pytest.raises(ValidationError, match="Choose at least one author"):
        article.restore(article.revisions.get(number=1))


# At once


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connection.vendor == 'sqlite' and connection.is_in_memory_db()",
    reason="needs a database that several connections share",
)
@pytest.mark.parametrize("verb", ["publish", "unpublish", "trash"])
def test_of_two_editors_who_press_the_same_button_at_once_one_is_refused(verb):
    article = make_article() if verb == "unpublish" else signed()
    editors, start, results = [make_user("Editor"), make_user("Editor")], Barrier(2), []

    def press(editor):
        mine = Article.objects.get(pk=article.pk)
        start.wait()
        try:
            getattr(mine, verb)(by=editor)
            results.append("done")
        except ValidationError:
            results.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=press, args=[editor]) for editor in editors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "refused"]
    assert Event.objects.filter(verb=verb).count() == 1


# Any sequence

VERBS = sorted(FITS)


class AnySequence(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.sampled_from([*VERBS, "revise"]), st.integers(-3, 3)), max_size=12)
    )
    def test_any_sequence_of_steps_leaves_a_post_that_is_whole(self, steps):
        article, texts, events = signed(), [], 0
        for number, (verb, hours) in enumerate(steps):
            title = f"Title {number}"
            arguments = {
                "publish": [timezone.now() + hours * HOUR],
                "propose": [{"title": title}],
                "revise": [{"title": title}],
                "restore": [article.revisions.last()],
            }
            if verb == "restore" and not article.version:
                continue
            try:
                with transaction.atomic():
                    getattr(article, verb)(*arguments.get(verb, []))
            except ValidationError:
                article = Article.objects.get(pk=article.pk)
            else:
                events += verb != "revise"
                if verb in ("propose", "revise"):
                    texts.append(title)
            stored = Article.objects.get(pk=article.pk)
            numbers = list(stored.revisions.values_list("number", flat=True))
            assert stored.version == max(numbers, default=0) == len(numbers)
            assert stored.events.count() == events
            assert Article.objects.published().filter(pk=stored.pk).exists() == stored.is_public
            assert stored.pending is None or stored.has_begun
            kept = {each.contents["title"] for each in stored.revisions.all()}
            assert kept >= set(texts)
            stored.full_clean()
