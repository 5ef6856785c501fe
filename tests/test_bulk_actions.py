"""Many posts are changed at once: what will change is named first, and each is asked by itself."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from articles.models import Article
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_image,
    make_scheduled,
    make_tag,
    make_user,
)
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"


def ask(client, action, *articles, query=""):
    """Choose posts and an action in the list; the page that asks."""
    data = {"action": action, "index": 0, "_selected_action": [each.pk for each in articles]}
    return client.post(LIST + query, data)


def confirm(client, page, **values):
    """Press the button of that page; the text of where it leads."""
    plan, action = page.context["plan"], page.context["action"]
    data = {"action": action.name, "confirmed": "1"}
    data["_selected_action"] = [article.pk for article in plan.can]
    data["seen"] = [seen for _article, seen in page.context["seen"]]
    answer = client.post(page.request["PATH_INFO"], data | values, follow=True)
    assert answer.status_code == 200
    return "\n".join(visible_lines(answer))


def carry_out(client, action, *articles, query="", **values):
    page = ask(client, action, *articles, query=query)
    path = page.request["PATH_INFO"]
    page.request["PATH_INFO"] = path + query
    return confirm(client, page, **values)


def now(article):
    return Article.objects.get(pk=article.pk)


def signed(title="", **values):
    draft = make_draft(title, **values)
    draft.sign(make_author())
    return draft


def test_nothing_is_done_before_it_is_confirmed(client, editor):
    draft = signed("Ships")
    page = ask(client, "publish", draft)
    assert "Publish these posts now?" in page.content.decode()
    assert "Ships" in page.content.decode()
    assert not now(draft).is_public


def test_the_page_names_what_cannot_be_done_and_why(client, editor):
    public, unsigned = make_article("Public"), make_draft("Unsigned")
    early = signed("Early", embargo_until=timezone.now() + timedelta(days=1))
    plan = ask(client, "publish", public, unsigned, early).context["plan"]
    assert plan.can == []
    assert dict(plan.cannot) == {
        "Public": "It is published already.",
        "Unsigned": "Choose at least one author before you publish.",
        "Early": "The embargo ends later: choose a publication date after it.",
    }


def test_publish_now(client, editor):
    draft, scheduled = signed(), make_scheduled()
    said = carry_out(client, "publish", draft, scheduled)
    assert now(draft).is_public
    assert now(scheduled).is_public
    assert "Publish now: 2 posts." in said
    assert now(draft).events.get().by == editor


def test_what_the_checklist_would_stop_is_not_published_at_once_either(client, editor):
    empty = signed("Empty", body="")
    bare = signed("Bare", body=f'<figure><img src="{make_image().file.url}" alt=""></figure>')
    page = ask(client, "publish", empty, bare)
    said = dict(page.context["plan"].cannot)
    assert said["Empty"] == "There is no text yet: write it."
    assert "description" in said["Bare"]
    carry_out(client, "publish", signed("Good"), empty, bare)
    assert [article.title for article in Article.objects.published()] == ["Good"]


def test_unpublish(client, editor):
    public, scheduled = make_article(), make_scheduled()
    carry_out(client, "unpublish", public, scheduled)
    assert (now(public).status, now(scheduled).status) == ("unpublished", "draft")


def test_submit_for_review(client, reporter):
    draft = make_draft(created_by=reporter)
    carry_out(client, "submit", draft)
    assert now(draft).status == "review"


def test_the_trash_and_back(client, editor):
    draft = make_draft()
    carry_out(client, "trash", draft)
    assert now(draft).status == "trash"
    carry_out(client, "untrash", draft, query="?state=trash")
    assert now(draft).status == "draft"


def test_delete_for_ever_is_for_the_trash_alone_and_leaves_a_log(client, editor):
    draft, public = make_draft("Gone"), make_article()
    assert "No action selected." in visible_lines(
        client.post(
            LIST,
            {"action": "delete", "index": 0, "_selected_action": [public.pk]},
            follow=True,
        )
    )
    make_comment(draft)
    draft.trash(by=editor)
    plan = ask(client, "delete", draft, public, query="?state=trash").context["plan"]
    assert [refused.title for refused in plan.cannot] == [public.title]
    carry_out(client, "delete", draft, query="?state=trash")
    assert list(Article.objects.all()) == [public]
    assert LogEntry.objects.get().object_repr == "Gone"


@pytest.mark.parametrize(
    ("action", "field", "before", "after"),
    [
        ("pin", "pinned", False, True),
        ("unpin", "pinned", True, False),
        ("open_comments", "comments_open", False, True),
        ("close_comments", "comments_open", True, False),
    ],
)
def test_switches(client, editor, action, field, before, after):
    public, draft = make_article(**{field: before}), make_draft(**{field: before})
    carry_out(client, action, public, draft)
    assert getattr(now(public), field) is after
    assert getattr(now(draft), field) is after
    assert now(draft).revisions.first().changed == [field]
    again = ask(client, action, public).context["plan"]
    assert len(again.cannot) == 1


def test_a_category_is_added_behind_the_others(client, editor):
    first, second = make_category("Cloud"), make_category("Sea")
    article = make_article(categories=[first])
    carry_out(client, "add_category", article, chosen=second.pk)
    assert now(article).ordered_categories == [first, second]
    said = carry_out(client, "add_category", article, chosen=second.pk)
    assert "It is in this category already." in said


def test_a_tag_is_added_by_its_name(client, editor):
    tag, article = make_tag("Ports"), make_article(tags=[make_tag("Chips")])
    carry_out(client, "add_tag", article, chosen="ports")
    assert tag in now(article).tags.all()
    assert now(article).tags.count() == 2


@pytest.mark.parametrize(
    ("action", "chosen", "said"),
    [
        ("add_tag", "Prots", "There is no tag “Prots”. Check how it is spelled"),
        ("add_tag", "", "This field is required."),
        ("add_category", "4711", "This category is no more: choose another one."),
        ("add_category", "x" * 30, "This category is no more: choose another one."),
    ],
)
def test_what_cannot_be_chosen_is_said_and_the_posts_stay_chosen(
    client, editor, action, chosen, said
):
    make_category()
    article = make_article("Still chosen")
    text = carry_out(client, action, article, chosen=chosen)
    assert said in text
    assert "Still chosen" in text
    assert not now(article).tags.exists()


def test_a_post_that_has_changed_meanwhile_is_left_alone_and_named(client, editor):
    first, second = signed("First"), signed("Second")
    page = ask(client, "publish", first, second)
    now(first).revise({"title": "First, anew"}, by=make_user("Editor"))
    said = confirm(client, page)
    assert "“First, anew”: Somebody has changed it meanwhile" in said
    assert (now(first).is_public, now(second).is_public) == (False, True)


def test_a_post_that_is_gone_meanwhile_is_said(client, editor):
    draft = signed()
    page = ask(client, "publish", draft)
    draft.delete()
    assert "It is not there any more." in confirm(client, page)


def test_a_role_taken_away_meanwhile_counts(client, editor):
    public = make_article("Another's")
    page = ask(client, "trash", public)
    editor.groups.set(make_user("Reporter").groups.all())
    assert "“Another's”: You may not do this with this post." in confirm(client, page)
    assert now(public).is_public


def test_pending_changes_are_not_passed_over(client, editor):
    article = make_article("Public")
    article.propose({"title": "Better"}, by=editor)
    refused = ask(client, "pin", article).context["plan"].cannot
    assert refused[0].reason == "It has pending changes: publish or discard these first."


# Who may


def offered(client, query=""):
    actions = client.get(LIST + query).context["action_form"]
    return [name for name, _label in actions.fields["action"].choices if name]


def test_everybody_is_offered_what_they_may_do(client, editor):
    make_draft(created_by=editor).trash(by=editor)
    make_draft(created_by=editor)
    assert {"publish", "unpublish", "pin", "trash"} <= set(offered(client))
    assert offered(client, "?state=trash") == ["untrash", "delete"]
    assert "delete_selected" not in offered(client)
    reporter = make_user("Reporter")
    client.force_login(reporter)
    make_draft(created_by=reporter)
    assert offered(client) == ["submit", "add_category", "add_tag", "trash"]


@pytest.mark.parametrize("action", ["publish", "pin", "close_comments", "unpublish"])
def test_a_reporter_cannot_do_by_hand_what_is_not_offered(client, reporter, action):
    draft = signed(created_by=reporter)
    data = {"action": action, "_selected_action": [draft.pk], "confirmed": "1"}
    data["seen"] = f"{draft.pk}-0-draft-0"
    said = visible_lines(client.post(LIST, data, follow=True))
    assert "No action selected." in said
    assert now(draft).status == "draft"


def test_a_reporter_changes_own_posts_and_no_others(client, reporter):
    mine, theirs = make_draft("Mine", created_by=reporter), make_article("Theirs")
    hidden = make_draft("Hidden")
    page = ask(client, "trash", mine, theirs, hidden)
    assert page.context["plan"].can == [mine]
    assert page.context["plan"].cannot == [("Theirs", "You may not do this with this post.")]
    assert "Hidden" not in page.content.decode()
    data = {"action": "trash", "confirmed": "1", "_selected_action": [hidden.pk, theirs.pk]}
    data["seen"] = [f"{hidden.pk}-0-draft-0", f"{theirs.pk}-0-published-0"]
    said = "\n".join(visible_lines(client.post(LIST, data, follow=True)))
    assert "Hidden" not in said
    assert now(hidden).status == "draft"
    assert now(theirs).is_public


def test_a_moderator_gets_no_bulk_action(client, moderator):
    draft = make_draft()
    assert ask(client, "trash", draft).status_code == 403


def test_too_many_at_a_time_are_refused(client, editor, monkeypatch):
    monkeypatch.setattr("articles.bulk_actions.MOST", 1)
    data = {"action": "trash", "index": 0, "_selected_action": [make_draft().pk, make_draft().pk]}
    said = "\n".join(visible_lines(client.post(LIST, data, follow=True)))
    assert "Choose at most 1 posts at a time." in said
    assert not Article.objects.trashed().exists()


@pytest.mark.parametrize("number", [3, 30])
def test_asking_costs_the_same_for_many(client, editor, django_assert_max_num_queries, number):
    articles = [signed() for _ in range(number)]
    with django_assert_max_num_queries(14):
        ask(client, "publish", *articles)
