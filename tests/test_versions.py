"""Every change that readers see is counted in its own transaction, whichever way it is made."""

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from articles.models import Article, Author, Byline, Category, Correction, Image, Page, Tag
from comments.models import Comment, Discussion, Policy
from newsroom.models import Version
from newsroom.versions import COMMENTS, SITE, discussion
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_image,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db


def numbers(*keys):
    """The present numbers; on PostgreSQL the counting waits for the end of the transaction."""
    connection.check_constraints()
    found = dict(Version.objects.values_list("key", "number"))
    return [found.get(key, 0) for key in keys]


@pytest.fixture
def moved():
    """``moved(change, key)``: whether ``change()`` counts the number up."""

    def moved(change, key=SITE):
        before = numbers(key)
        # On PostgreSQL a number is counted once in a transaction, and the test is one.
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('newsroom.counted', '', true)")
        change()
        return numbers(key) != before

    return moved


CHANGES = {
    "a post is saved": lambda post: post.save(),
    "a post is renamed by an update": lambda post: Article.objects.update(title="New"),
    "a post is deleted": lambda post: post.delete(),
    "a post is unpublished": lambda post: post.unpublish(),
    "many posts are made": lambda post: Article.objects.bulk_create([Article(slug="x", title="x")]),
    "an author is renamed": lambda post: Author.objects.update(name="Zoe"),
    "an author signs": lambda post: post.sign(make_author()),
    "a byline moves": lambda post: Byline.objects.update(position=3),
    "a category is described": lambda post: Category.objects.update(description="New."),
    "a post is filed": lambda post: post.file_under(make_category()),
    "a tag is set": lambda post: post.tags.set([make_tag()]),
    "tags are cleared": lambda post: post.tags.clear(),
    "a tag is renamed": lambda post: Tag.objects.update(name="New"),
    "a page is made": lambda post: Page.objects.create(title="About", body="<p>x</p>"),
    "a picture is described": lambda post: Image.objects.update(alt="New"),
    "a correction is made": lambda post: Correction.objects.create(article=post, text="Wrong."),
    "a policy is changed": lambda post: Policy.objects.update(newest_first=True),
    "somebody joins the staff": lambda post: User.objects.update(is_staff=False),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_site_has_changed_when(change, moved):
    make_user()
    post = make_article(categories=[make_category()], tags=[make_tag()], lead_image=make_image())
    assert moved(lambda: CHANGES[change](post))


def test_signing_in_changes_nothing(client, moved):
    user = make_user("Editor")
    make_article()
    assert not moved(lambda: client.force_login(user))


def test_what_is_rolled_back_has_not_changed(moved):
    post = make_article()

    def change():
        with transaction.atomic():
            post.save()
            transaction.set_rollback(True)

    assert not moved(change)


SEEN = {
    "a comment is published": lambda post: make_comment(post),
    "a held comment is approved": lambda post: post.comments.get(name="Held").approve(),
    "a comment is rejected": lambda post: post.comments.get(name="Said").reject(),
    "a comment is edited": lambda post: Comment.objects.filter(name="Said").update(body="New."),
    "a comment is deleted": lambda post: Comment.objects.filter(name="Said").delete(),
    "a comment is featured": lambda post: post.comments.get(name="Said").feature(by=make_user()),
    "a writer withdraws": lambda post: post.comments.get(name="Said").withdraw(),
    "a discussion gets a policy": lambda post: Discussion.objects.update(
        policy=Policy.objects.create(name="Strict")
    ),
    "a wrong count is put right": lambda post: Discussion.objects.update(comment_count=7),
    "a discussion is deleted": lambda post: Discussion.objects.all().delete(),
}
UNSEEN = {
    "a comment is held": lambda post: make_comment(post, status="held"),
    "a held comment is spam": lambda post: post.comments.get(name="Held").mark_spam(),
    "spam is deleted": lambda post: Comment.objects.filter(name="Spam").delete(),
    "a comment is reported": lambda post: post.comments.get(name="Said").report("spam"),
}


@pytest.fixture
def discussed():
    post = make_article()
    for name, status in {"Said": "published", "Held": "held", "Spam": "spam"}.items():
        make_comment(post, name=name, status=status)
    return post


@pytest.mark.parametrize("change", SEEN)
def test_a_discussion_has_changed_when(change, discussed, moved):
    for key in (discussion(discussed.pk), COMMENTS):
        with transaction.atomic():
            assert moved(lambda: SEEN[change](discussed), key)
            transaction.set_rollback(True)


def test_a_discussion_that_begins_with_a_policy_has_changed(moved):
    post, policy = make_article(), Policy.objects.create(name="Strict")
    begin = Discussion(article=post, policy=policy).save
    assert moved(begin, discussion(post.pk))


@pytest.mark.parametrize("change", UNSEEN)
def test_readers_see_no_difference_when(change, discussed, moved):
    for key in (discussion(discussed.pk), COMMENTS, SITE):
        with transaction.atomic():
            assert not moved(lambda: UNSEEN[change](discussed), key)
            transaction.set_rollback(True)


def test_a_comment_changes_its_own_discussion_only(discussed, moved):
    other = make_article()
    assert not moved(lambda: make_comment(discussed), discussion(other.pk))
    assert not moved(lambda: make_comment(discussed), SITE)


def test_what_only_the_newsroom_sees_changes_nothing(moved):
    draft, user = make_draft(), make_user()
    assert not moved(lambda: draft.autosaves.create(user=user, fields={}))
    assert not moved(lambda: draft.presences.create(user=user))
    assert not moved(lambda: draft.events.create(verb="submit", by=user))
