"""``load_sample`` fills a site with a newsroom to look at, once."""

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import CommandError, call_command

from articles.models import Article, Author, Byline, Category, Event, Image, Revision, Tag
from comments.models import Comment, Decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def loaded(debug, capsys):
    call_command("load_sample", picture_width=160)
    return capsys.readouterr().out


MODELS = (Article, Author, Category, Tag, Image, Comment, Decision, Revision, Event)


def counts():
    return [model.objects.count() for model in MODELS]


def test_it_loads_a_whole_newsroom_once(loaded, client):
    assert Article.objects.published().count() >= 24
    assert Author.objects.exclude(avatar="").count() >= 3
    assert Category.objects.count() >= 5
    assert Article.objects.exclude(lead_image=None).count() >= 20
    assert set(Comment.objects.values_list("status", flat=True)) == set(Comment.Status.values)
    assert Comment.objects.filter(parent__parent__isnull=False).exists()
    assert Article.objects.filter(status="draft").exists()
    assert any(article.is_scheduled for article in Article.objects.all())
    for article in Article.objects.published():
        assert client.get(article.get_absolute_url()).status_code == 200
    before = counts()
    call_command("load_sample", picture_width=160)
    assert counts() == before


def test_there_is_a_post_in_every_state_of_the_workflow(loaded):
    articles = Article.objects.all()
    assert {article.status for article in articles} == set(Article.Status)
    assert articles.in_review().filter(status="review").exists()
    assert articles.filter(changes_in_review=True).exists()
    assert articles.scheduled().exists()
    assert articles.filter(embargo_until__isnull=False).exists()
    assert set(Event.objects.values_list("verb", flat=True)) >= {
        *("submit", "request_changes", "publish", "schedule", "propose", "publish_changes"),
        *("unpublish", "trash"),
    }


def test_readers_can_follow_the_changes_of_a_corrected_post(loaded):
    article = Article.objects.get(show_changes="yes")
    assert article.revisions.read().count() == 3
    assert article.corrections.count() == 1
    times = list(article.revisions.read().values_list("live_from", flat=True))
    assert times == sorted(times, reverse=True)
    assert times[-1] == article.published_at


def test_loading_it_writes_to_nobody(debug, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_sample", picture_width=160)
    assert mail.outbox == []


def test_each_role_can_log_in_and_is_told_how(loaded):
    for role in ("reporter", "editor", "moderator", "administrator"):
        assert authenticate(username=role, password="newsroom").is_staff
        assert role in loaded
    assert "newsroom" in loaded


def test_an_author_who_was_deleted_comes_back(loaded):
    author = Author.objects.get(slug="nadia-prawira")
    other = Author.objects.exclude(user__username__in=["reporter", "editor"]).first()
    for deleted in (author, other):
        Byline.objects.filter(author=deleted).delete()
        deleted.delete()
    call_command("load_sample", picture_width=160)
    assert Author.objects.get(slug=author.slug).user
    assert Author.objects.get(slug=other.slug).user == other.user


def test_if_empty_leaves_a_site_with_posts_alone(debug):
    Article.objects.create(title="Mine")
    call_command("load_sample", "--if-empty")
    assert Article.objects.count() == 1


def test_it_is_refused_when_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="only loaded with DEBUG=true"):
        call_command("load_sample")
    assert not Article.objects.exists()
