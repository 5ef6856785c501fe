"""The command that makes a large newsroom to measure with."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from comments import counts
from comments.models import Comment
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def local(settings):
    settings.DEBUG = True


def load(**options):
    call_command("load_scale", stdout=StringIO(), **options)


def test_it_makes_as_many_posts_and_comments_as_asked_for(client):
    load(articles=20, comments=500)
    assert (Article.objects.published().count(), Comment.objects.count()) == (20, 500)
    assert counts.wrong_replies() == counts.wrong_discussions() == []
    newest = Article.objects.published().newest_first().first()
    assert newest.comments.count() == 5
    assert client.get(newest.get_absolute_url()).status_code == 200


def test_writing_goes_on_after_it():
    load(articles=2, comments=10)
    assert make_comment(make_article()).pk == 11


def test_it_touches_no_newsroom_that_is_there():
    make_article()
    with pytest.raises(CommandError, match="posts already"):
        load()


def test_it_is_refused_in_production(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        load()


@pytest.mark.parametrize("options", [{"articles": 0}, {"comments": -1}])
def test_a_number_that_makes_no_sense_is_refused(options):
    with pytest.raises(CommandError, match="at least one post"):
        load(**options)
