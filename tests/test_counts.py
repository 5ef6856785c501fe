"""The counts of comments are right whoever writes, and a command says so."""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments import counts
from comments.models import Comment, Decision, Discussion, NotAllowed, Token
from comments.models.decisions import TRANSITIONS, Verb
from tests.factories import make_article, make_author, make_category, make_comment, make_user
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db


def counted(article):
    discussion = Discussion.objects.of(article)
    return discussion.comment_count, discussion.thread_count


def test_a_discussion_that_nobody_has_begun_counts_nothing():
    assert counted(make_article()) == (0, 0)


def test_published_comments_and_their_threads_are_counted():
    article = make_article()
    head = make_comment(article)
    make_comment(article, parent=head)
    make_comment(article, status="held")
    assert counted(article) == (2, 1)


def test_a_removed_comment_counts_as_a_thread_while_a_reply_is_public():
    article = make_article()
    head = make_comment(article)
    reply = make_comment(article, parent=head)
    head.reject(by=make_user())
    assert counted(article) == (1, 1)
    reply.reject(by=make_user())
    assert counted(article) == (0, 0)


def test_a_reply_to_a_reply_belongs_to_the_thread_of_the_first():
    article = make_article()
    head = make_comment(article)
    deep = make_comment(article, parent=make_comment(article, parent=head))
    assert deep.thread == head
    head.refresh_from_db()
    assert head.reply_count == 2


def test_decisions_from_before_there_were_verbs_can_be_undone():
    comment, user = make_comment(make_article(), status="spam"), make_user()
    old = comment.decisions.create(verb="hold", from_status="published", to_status="spam", by=user)
    migration = import_module("comments.migrations.0003_counts")
    migration.complete_decisions(apps)
    old.refresh_from_db()
    old.undo(by=user)
    comment.refresh_from_db()
    assert (old.verb, comment.status) == ("mark_spam", "published")


def test_bulk_changes_are_counted_too():
    article = make_article()
    Comment.objects.bulk_create(
        Comment(article=article, name="A", body="B", status="published") for _ in range(5)
    )
    assert counted(article) == (5, 5)
    Comment.objects.filter(article=article).update(status="spam")
    assert counted(article) == (0, 0)


def test_deleting_is_counted_too():
    article = make_article()
    head = make_comment(article)
    make_comment(article, parent=head).delete()
    head.refresh_from_db()
    assert head.reply_count == 0
    head.delete()
    assert counted(article) == (0, 0)


def test_a_post_goes_with_its_discussion():
    article = make_article()
    make_comment(article, parent=make_comment(article))
    article.delete()
    assert not Comment.objects.exists()
    assert not Discussion.objects.exists()


STEPS = st.lists(
    st.tuples(
        st.integers(0, 5), st.sampled_from([verb for verb in TRANSITIONS if verb != Verb.ERASE])
    ),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, parents=st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_any_sequence_of_verbs_leaves_counts_right_and_can_be_undone(steps, parents):
    article, user = make_article(), make_user()
    comments = []
    for number, parent in enumerate(parents):
        over = comments[parent] if parent < number else None
        comments.append(
            make_comment(article, parent=over, status=["held", "published"][number % 2])
        )
    start = state(article)
    for chosen, verb in steps:
        comment = comments[chosen]
        try:
            if verb == Verb.EDIT:
                comment.edit(f"{comment.body} more", by=user)
            else:
                getattr(comment, verb.value)(by=user)
        except NotAllowed:
            continue
    assert wrong() == []
    made = Decision.objects.filter(comment__article=article)
    assert taught(article) == sorted(Token.objects.values_list("text", "good", "spam"))
    steps_of = {}
    for decision in made.order_by("pk"):
        assert decision.from_status == steps_of.get(decision.comment_id, decision.from_status)
        steps_of[decision.comment_id] = decision.to_status
    made.undo(user)
    assert state(article) == start
    assert wrong() == []
    assert not Token.objects.exists()
    article.delete()


def state(article):
    fields = ("pk", "status", "body", "is_featured", "taught", "is_cleared", "reply_count")
    return [counted(article), *Comment.objects.filter(article=article).values_list(*fields)]


def wrong():
    return [*counts.wrong_replies(), *counts.wrong_discussions()]


def taught(article):
    """What the filter should know, counted from the comments themselves."""
    from comments.spam import tokens

    found = {}
    for comment in Comment.objects.exclude(taught=""):
        for token in tokens(comment):
            good, spam = found.get(token, (0, 0))
            found[token] = (good + (comment.taught == "good"), spam + (comment.taught == "spam"))
    return sorted((text, *numbers) for text, numbers in found.items())


def test_the_command_says_that_all_is_right():
    make_comment(make_article())
    output = StringIO()
    call_command("check_counts", stdout=output)
    assert output.getvalue() == "All counts are right.\n"


def test_the_command_finds_what_is_wrong_and_mends_it():
    head = make_comment(make_article())
    make_comment(head.article, parent=head)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE comments_comment SET reply_count = 7")
        cursor.execute("UPDATE comments_discussion SET comment_count = 9")
    with pytest.raises(CommandError, match="7 replies kept, 1 counted"):
        call_command("check_counts")
    call_command("check_counts", "--mend", stdout=StringIO())
    assert wrong() == []


def test_the_triggers_come_back_after_a_migration_that_took_them_along():
    counts.remove(connection)
    article = make_article()
    make_comment(article)
    assert counted(article) == (0, 0)
    if connection.vendor == "sqlite":
        counts.reinstall(connection)
    else:
        counts.install(connection)
    assert counted(article) == (1, 1)


@pytest.mark.parametrize("address", ["/", "/category/sea/", "/author/ana/"])
def test_lists_say_how_many_comments_a_post_has(client, address):
    article = make_article(
        authors=[make_author("Ana", slug="ana")], categories=[make_category("Sea", slug="sea")]
    )
    assert "comment" not in client.get(address).content.decode().partition("<footer")[0]
    for status in ("published", "published", "held"):
        make_comment(article, status=status)
    assert any(line.endswith("· 2 comments") for line in visible_lines(client.get(address)))
