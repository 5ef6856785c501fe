"""The admin begins with what waits, the month, one's own work, what happened, and how much."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article, Autosave
from comments.models import Comment
from tests.factories import (
    make_article,
    make_author,
    make_comment,
    make_draft,
    make_scheduled,
    make_user,
)
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

INDEX = "/admin/"


def dashboard(client, query=""):
    answer = client.get(INDEX + query)
    assert answer.status_code == 200
    return answer.context["dashboard"]


def text(client, query=""):
    return "\n".join(visible_lines(client.get(INDEX + query)))


def waiting(client):
    return {str(each.label): each.number for each in dashboard(client).waiting}


def make_failed_task():
    now = timezone.now()
    return DBTaskResult.objects.create(
        status="FAILED", args_kwargs={}, task_path="x", backend_name="default", run_after=now
    )


@pytest.fixture
def busy(db):
    """Something of everything that waits, by somebody else."""
    other = make_user("Editor", username="other")
    make_draft("Their draft", created_by=other)
    make_draft("Their submission", created_by=other).submit(by=other)
    make_scheduled("Their plan", created_by=other)
    changed = make_article("Their changes", created_by=other)
    changed.propose({"title": "Changed"}, by=other)
    changed.submit(by=other)
    make_comment(changed, status=Comment.Status.HELD)
    make_failed_task()


# What waits


def test_an_editor_sees_all_that_waits_but_tasks(client, editor, busy):
    assert waiting(client) == {"Held comments": 1, "Drafts": 1, "In review": 2, "Scheduled": 1}


def test_an_administrator_sees_failed_tasks_too(client, busy):
    client.force_login(make_user("Administrator"))
    assert waiting(client)["Failed tasks"] == 1


def test_a_moderator_sees_what_is_held_and_no_posts(client, moderator, busy):
    assert waiting(client) == {"Held comments": 1}
    said = text(client)
    for title in ("Their draft", "Their plan", "Posts per day", "My work"):
        assert title not in said
    assert "Comments per day" in said


def test_a_reporter_sees_only_their_own(client, reporter, busy):
    make_draft("Mine", created_by=reporter)
    assert waiting(client) == {"Drafts": 1, "In review": 0, "Scheduled": 0}
    said = text(client)
    for title in ("Their draft", "Their submission", "Their plan", "Changed"):
        assert title not in said


@pytest.mark.parametrize("role", ["Reporter", "Editor", "Moderator", "Administrator"])
def test_each_number_leads_to_what_it_counts(client, role, busy):
    user = make_user(role)
    make_draft(created_by=user)
    client.force_login(user)
    for each in dashboard(client).waiting:
        assert client.get(each.address).status_code == 200, each.address


def test_the_lists_behind_the_numbers_are_as_long(client, reporter, busy):
    make_draft("Mine", created_by=reporter)
    for each in dashboard(client).waiting:
        assert len(client.get(each.address).context["cl"].result_list) == each.number


def test_beyond_a_thousand_nothing_is_counted(client, editor, monkeypatch):
    monkeypatch.setattr("newsroom.dashboard.MOST_COUNTED", 2)
    for _ in range(3):
        make_draft()
    assert "2+" in text(client)


# The month


def at(*moment):
    return datetime(*moment, tzinfo=UTC)


def days_with(client, query=""):
    return {
        day.date.day: [post.title for post in day.posts]
        for day in dashboard(client, query).days
        if day.posts
    }


def test_the_month_shows_what_is_published_and_scheduled(client, editor):
    make_article("Old", published_at=at(2026, 2, 3, 9))
    make_article("Older", published_at=at(2026, 1, 31, 9))
    make_draft("A draft", published_at=at(2026, 2, 3, 9))
    assert days_with(client, "?month=2026-02") == {3: ["Old"]}
    scheduled = make_scheduled("Ahead")
    month = f"?month={scheduled.published_at:%Y-%m}"
    assert days_with(client, month)[scheduled.published_at.day] == ["Ahead"]


def test_days_are_those_of_the_sites_time_zone(client, editor, settings):
    settings.TIME_ZONE = "Asia/Singapore"
    make_article("At night", published_at=at(2026, 2, 28, 16, 30))
    assert days_with(client, "?month=2026-02") == {}
    assert days_with(client, "?month=2026-03") == {1: ["At night"]}
    assert "12:30 a.m." in text(client, "?month=2026-03")


def test_titles_lead_to_the_form(client, editor):
    article = make_article(published_at=at(2026, 2, 3, 9))
    html = client.get(f"{INDEX}?month=2026-02").content.decode()
    assert f'href="/admin/articles/article/{article.pk}/change/"' in html


def test_a_full_day_folds_and_leads_to_its_list(client, editor):
    for hour in range(9):
        make_article(f"At {hour}", published_at=at(2026, 2, 3, hour))
    day = dashboard(client, "?month=2026-02").days[2]
    assert [post.title for post in day.posts] == ["At 0", "At 1", "At 2", "At 3"]
    assert "and 5 more" in text(client, "?month=2026-02")
    assert len(client.get(day.address).context["cl"].result_list) == 9


def test_today_is_marked(client, editor):
    today = [day.date for day in dashboard(client).days if day.is_today]
    assert today == [timezone.localdate()]
    assert "aria-current" in client.get(INDEX).content.decode()
    assert not any(day.is_today for day in dashboard(client, "?month=2020-01").days)


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "1899-12", "2200-01", "nonsense", "2026-1", "²026-01", "\0"]
)
def test_a_month_that_cannot_be_is_said_and_the_present_one_shown(client, editor, month):
    answer = client.get(INDEX, {"month": month})
    assert "There is no such month." in answer.content.decode()
    assert answer.context["dashboard"].first == timezone.localdate().replace(day=1)


@pytest.mark.parametrize("month", ["1900-01", "2199-12", "2024-02"])
def test_the_first_and_the_last_month_can_be_opened(client, editor, month):
    assert dashboard(client, f"?month={month}").first.isoformat() == f"{month}-01"


def test_a_reporter_sees_no_plans_of_others_in_the_month(client, reporter, busy):
    scheduled = Article.objects.get(title="Their plan")
    month = f"?month={scheduled.published_at:%Y-%m}"
    assert "Their plan" not in sum(days_with(client, month).values(), [])
    mine = make_scheduled("My plan", authors=[make_author(user=reporter)])
    month = f"?month={mine.published_at:%Y-%m}"
    assert "My plan" in sum(days_with(client, month).values(), [])


# My work


def test_my_work_is_what_i_am_at(client, reporter):
    editor = make_user("Editor", username="ed")
    make_draft("My draft", created_by=reporter)
    make_draft("My submission", created_by=reporter).submit(by=reporter)
    asked = make_draft("Asked to change", created_by=reporter)
    asked.submit(by=reporter)
    asked.request_changes(by=editor, note="Who says so?")
    Autosave.objects.create(user=reporter, fields={"title": ["Typed and not saved"]})
    make_scheduled("My plan", created_by=reporter)
    said = text(client)
    for shown in ("My draft", "My submission", "Asked to change", "My plan"):
        assert shown in said
    assert "Typed and not saved" in said
    assert "Who says so?" in said.split("Changes requested by ed")[1][:200]


def test_a_request_that_was_followed_is_not_shown_any_more(client, reporter):
    draft = make_draft(created_by=reporter)
    draft.submit(by=reporter)
    draft.request_changes(by=make_user("Editor"), note="Who says so?")
    draft.submit(by=reporter)
    draft.take_back(by=reporter)
    assert "Changes requested" not in text(client)


def test_changes_of_an_own_public_post_are_my_work_too(client, reporter):
    article = make_article("Public", created_by=reporter)
    article.propose({"title": "Better"}, by=reporter)
    lists = dashboard(client).work
    assert [post.title for post in lists[0]["posts"]] == ["Public"]


def test_what_others_have_not_saved_is_not_shown(client, editor):
    Autosave.objects.create(user=make_user("Editor"), fields={"title": ["Private words"]})
    assert "Private words" not in text(client)


# What happened


def test_steps_and_saved_versions_are_shown_the_last_first(client, editor):
    draft = make_draft("Ships")
    draft.revise({"title": "Ships, anew"}, by=editor, note="Softer")
    draft.submit(by=editor, note="Please look")
    lines = dashboard(client).activity
    assert lines[0].what == "submitted for review"
    assert lines[0].note == "Please look"


def test_a_version_that_a_step_kept_is_not_a_line_of_its_own(client, editor):
    draft = make_draft()
    draft.sign(make_author())
    draft.publish(by=editor)
    assert [line.what for line in dashboard(client).activity] == ["published"]


def test_no_more_than_the_newest_are_shown(client, editor):
    draft = make_draft()
    for _ in range(10):
        draft.submit(by=editor)
        draft.take_back(by=editor)
    assert len(dashboard(client).activity) == 15


def test_a_reporter_reads_nothing_of_what_others_do(client, reporter, busy):
    make_draft("Mine", created_by=reporter).submit(by=reporter)
    assert [line.title for line in dashboard(client).activity] == ["Mine"]


def test_a_moderator_reads_what_was_decided(client, moderator, busy):
    comment = Comment.objects.awaiting().get()
    comment.approve(by=moderator)
    line = dashboard(client).activity[0]
    assert (line.who, "Approve" in line.what) == ("moderator", True)
    assert client.get(line.address).status_code == 200


# How much


def test_posts_and_comments_are_counted_by_day(client, editor):
    now = timezone.now()
    article = make_article(published_at=now - timedelta(days=40))
    make_article(published_at=now - timedelta(days=2))
    make_scheduled()
    make_comment(article, created_at=now - timedelta(days=2))
    make_comment(article, created_at=now - timedelta(days=2))
    make_comment(article, created_at=now - timedelta(days=2), status="spam")
    posts, comments = dashboard(client).charts
    assert [bar.number for bar in posts.bars] == [0] * 27 + [1, 0, 0]
    assert [bar.number for bar in comments.bars] == [0] * 27 + [2, 0, 0]
    assert comments.summary.startswith("2 in 30 days. Most on")


def test_each_chart_has_a_name_and_a_table(client, editor):
    html = client.get(INDEX).content.decode()
    assert html.count('<svg viewBox="0 0 600 96" role="img" aria-label="') == 2
    assert html.count("<summary>As a table") == 2


def test_nothing_is_inline(client, editor):
    html = client.get(INDEX).content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert "<script>" not in html


# What it costs


@pytest.mark.parametrize("role", ["Administrator", "Editor", "Reporter", "Moderator"])
def test_it_costs_the_same_however_much_there_is(client, role, django_assert_max_num_queries):
    user = make_user(role)
    client.force_login(user)
    counts = []
    for number in (30, 300):
        for _ in range(number // 3):
            article = make_article(created_by=user)
            make_comment(article, status=Comment.Status.HELD)
            draft = make_draft(created_by=user)
            draft.submit(by=user)
            make_draft(created_by=user)
            Autosave.objects.create(user=user, fields={"title": ["Words"]})
        Comment.objects.awaiting()[0].approve(by=user)
        draft.request_changes(by=user, note="Why?")
        article.propose({"title": "Better"}, by=user)
        make_scheduled(created_by=user)
        with django_assert_max_num_queries(18) as captured:
            client.get(INDEX)
        counts.append(len(captured))
    assert counts[0] == counts[1]
