"""Editors see all that happened to a post, compare any two versions, and bring one back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Author
from tests.factories import make_article, make_author, make_draft, make_scheduled, make_user
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

NONSENSE = ["", "0", "99", "-1", "x", "1.5", "¹", "٣", "9" * 30, "live'", "<b>"]


def history(article):
    return f"/admin/articles/article/{article.pk}/history/"


def compare(article, first, second, view=""):
    return f"/admin/articles/article/{article.pk}/compare/?from={first}&to={second}&view={view}"


def restore(article, number):
    return f"{history(article)}{number}/restore/"


def name(article, number):
    return f"{history(article)}{number}/name/"


def write(article, by=None, note="", **contents):
    return article.revise({**article.contents, **contents}, by, note)


def make_written(**values):
    """A draft of three versions."""
    article = make_draft("First title", body="<p>A brown fox.</p>", **values)
    write(article)
    write(article, title="Second title")
    write(article, body="<p>A red fox.</p>")
    return article


def lines(answer):
    assert answer.status_code == 200
    return visible_lines(answer)


def test_the_newest_version_stands_first_with_who_what_and_why(client, editor):
    article = make_draft(body="<p>Text.</p>")
    write(article, editor, "Begun")
    write(article, editor, "Better title", title="Another")
    text = " ".join(lines(client.get(history(article))))
    newest, first = text.index("Version 3"), text.index("Version 2")
    assert newest < first
    assert "Changed: title" in text[newest:first]
    assert "Better title" in text[newest:first]
    assert "editor" in text[newest:first]
    assert "Begun" in text[first:]


def test_steps_stand_between_the_versions_with_their_notes(client, editor):
    article = make_written()
    article.submit(make_user("Reporter", first_name="Rosa", last_name="Lim"), "Please look.")
    article.request_changes(editor, "Who says so?")
    text = " ".join(lines(client.get(history(article))))
    asked, submitted = text.index("Changes requested"), text.index("Submitted for review")
    assert asked < submitted < text.index("Version 3")
    assert "Who says so?" in text[asked:submitted]
    assert "Rosa Lim" in text


def test_a_step_and_the_version_it_kept_are_one_entry_with_the_note_once(client, editor):
    article = make_article()
    article.publish_changes({"title": "Corrected"}, editor, "A name was wrong")
    answer = client.get(history(article))
    entry = answer.context["page"].object_list[0]
    assert entry.revision.number == 2
    assert entry.event.verb == "publish_changes"
    assert answer.text.count("A name was wrong") == 1


def test_it_says_which_version_is_live_was_live_and_is_pending(client, editor):
    article = make_article()
    article.publish_changes({"title": "Second"}, editor)
    article.propose({"title": "Third"}, editor)
    entries = client.get(history(article)).context["page"].object_list
    states = {
        entry.revision.number: (entry.is_live, entry.is_pending, entry.revision.live_until)
        for entry in entries
        if entry.revision
    }
    second = article.revisions.get(number=2)
    assert states[3] == (False, True, None)
    assert states[2] == (True, False, None)
    assert states[1] == (False, False, second.live_from)
    assert "Live from" in " ".join(lines(client.get(history(article))))


def test_what_was_taken_down_is_not_live(client, editor):
    article = make_article()
    article.publish_changes({"title": "Second"}, editor)
    article.unpublish(editor)
    entries = client.get(history(article)).context["page"].object_list
    assert not any(entry.is_live for entry in entries)
    taken = article.events.get(verb="unpublish").at
    assert {e.revision.number: e.revision.live_until for e in entries if e.revision}[2] == taken


def test_a_post_that_was_never_saved_by_hand_has_an_empty_history(client, editor):
    text = " ".join(lines(client.get(history(make_draft()))))
    assert "Nothing has been kept yet" in text


@pytest.mark.parametrize("versions", [5, 70])
def test_a_page_of_it_costs_the_same_however_long_it_is(
    client, editor, versions, django_assert_num_queries
):
    article = make_draft()
    for number in range(versions):
        write(article, editor, title=f"Title {number}")
    client.get(history(article))
    # Session, user, two for permissions; the post, its bylines and filings; the count, the page,
    # its versions; whether readers have seen any.
    with django_assert_num_queries(11):
        client.get(history(article))


@pytest.mark.parametrize("number", ["2", "3", "4711", "x", "", "9" * 40])
def test_long_histories_have_pages(client, editor, number):
    article = make_draft()
    for count in range(40):
        write(article, title=f"Title {count}")
    assert client.get(f"{history(article)}?p={number}").status_code == 200


def test_two_versions_are_compared_with_their_words_marked(client, editor):
    article = make_written()
    answer = client.get(compare(article, 2, 4))
    assert "<del>" in answer.text
    text = " ".join(lines(answer))
    assert "[deletion begins] brown [deletion ends]" in text
    assert "[insertion begins] red [insertion ends]" in text
    assert "[insertion begins] Second [insertion ends]" in text


def test_the_older_version_is_before_whichever_is_named_first(client, editor):
    article = make_written()
    answer = client.get(compare(article, 4, 2))
    assert (answer.context["before"].key, answer.context["after"].key) == ("2", "4")


def test_side_by_side_each_has_its_own_marks(client, editor):
    answer = client.get(compare(make_written(), 3, 4, view="beside"))
    body = answer.context["differences"][0]
    assert body.before in answer.text
    assert body.after in answer.text
    assert "red" not in body.before


def test_a_version_is_compared_with_what_readers_see(client, editor):
    article = make_article("Live title")
    article.propose({"title": "Proposed title"}, editor)
    answer = client.get(compare(article, 2, "live"))
    assert "What readers see now" in answer.text
    assert (answer.context["before"].key, answer.context["after"].key) == ("live", "2")


def test_a_version_is_compared_with_the_one_before_that_is_still_there(client, editor):
    article = make_written()
    article.revisions.filter(number=3).delete()
    answer = client.get(compare(article, 4, "previous"))
    assert answer.context["before"].key == "2"


def test_the_first_version_has_none_before(client, editor):
    answer = client.get(compare(make_written(), 1, "previous"), follow=True)
    assert "There is no older version any more" in answer.text


def test_equal_versions_have_no_difference(client, editor):
    assert "There is no difference." in client.get(compare(make_written(), 4, "live")).text


@pytest.mark.parametrize("number", NONSENSE)
def test_a_version_that_is_not_there_is_a_sentence(client, editor, number):
    article = make_written()
    for first, second in [(number, "live"), (number, "previous"), ("2", number or "no")]:
        answer = client.get(
            f"/admin/articles/article/{article.pk}/compare/",
            {"from": first, "to": second},
            follow=True,
        )
        assert answer.status_code == 200
        assert "There is no version" in answer.text


def test_a_purged_version_cannot_be_restored_or_named_and_it_says_so(client, editor):
    article = make_written()
    article.revisions.filter(number=2).delete()
    for address in (restore(article, 2), name(article, 2), restore(article, "x")):
        for answer in (client.get(address, follow=True), client.post(address, follow=True)):
            assert "There is no version" in answer.text
    assert article.revisions.count() == 3


def test_people_who_have_left_and_authors_deleted_since_are_no_problem(client, editor):
    article = make_draft()
    gone, author = make_user(), make_author("Zed")
    write(article, gone, authors=[author.pk])
    write(article, gone, authors=[])
    gone.delete()
    Author.objects.all().delete()
    assert "the system" in client.get(history(article)).text
    assert "deleted: author no." in client.get(compare(article, 2, 3)).text


# Restoring


def test_restoring_asks_first_and_says_what_will_happen(client, editor):
    article = make_written()
    text = " ".join(lines(client.get(restore(article, 2))))
    assert "The text of version 2 becomes the text of the post." in text
    assert "Nothing is lost" in text
    assert "[deletion begins] red [deletion ends]" in text
    assert article.revisions.count() == 4


def test_restoring_makes_a_new_version_and_keeps_all_that_is_newer(client, editor):
    article = make_written()
    answer = client.post(restore(article, 2), follow=True)
    assert "Version 2 is restored as version 5." in answer.text
    article = Article.objects.get()
    assert (article.title, article.body) == ("First title", "<p>A brown fox.</p>")
    assert [each.number for each in article.revisions.all()] == [5, 4, 3, 2, 1]
    assert article.revisions.get(number=5).by == editor


def test_restoring_a_public_post_changes_nothing_for_readers_yet(client, editor):
    article = make_article("Public title")
    article.publish_changes({"title": "Newer title"}, editor)
    assert "Readers see no difference" in client.get(restore(article, 1)).text
    answer = client.post(restore(article, 1), follow=True)
    assert "Version 1 is restored as pending changes: version 3." in answer.text
    article = Article.objects.get()
    assert article.title == "Newer title"
    assert article.pending.contents["title"] == "Public title"


def test_the_form_leads_to_what_pending_changes_change(client, editor):
    article = make_article("Old title")
    pending = article.propose({"title": "New title"}, editor)
    path = f"../compare/?from=live&to={pending.number}"
    form = client.get(f"/admin/articles/article/{article.pk}/change/").text
    assert f'href="{path.replace("&", "&amp;")}"' in form
    text = " ".join(lines(client.get(compare(article, "live", pending.number))))
    assert "[deletion begins] Old [deletion ends] [insertion begins] New [insertion ends]" in text


def test_an_empty_version_is_not_restored_onto_a_scheduled_post(client, editor):
    article = make_scheduled()
    empty = write(article, body="")
    write(article, body="<p>Text.</p>")
    answer = client.post(restore(article, empty.number), follow=True)
    assert "There is no text yet: write it." in answer.text
    assert Article.objects.get().body == "<p>Text.</p>"


def test_restoring_leaves_address_dates_and_switches(client, editor):
    article = make_draft(slug="first", pinned=True)
    write(article)
    write(article, slug="second", pinned=False, title="Other")
    client.post(restore(article, 2))
    article = Article.objects.get()
    assert (article.slug, article.pinned) == ("second", False)


# Names


def test_a_version_gets_a_name_and_loses_it(client, editor):
    article = make_written()
    client.post(name(article, 2), {"name": " As the lawyers  saw it "})
    assert article.revisions.get(number=2).name == "As the lawyers saw it"
    assert "As the lawyers saw it" in client.get(history(article)).text
    client.post(name(article, 2), {"name": ""})
    assert article.revisions.get(number=2).name == ""


def test_a_name_that_is_too_long_is_refused_and_kept(client, editor):
    article = make_written()
    answer = client.post(name(article, 2), {"name": "x" * 200})
    assert "at most 100 characters" in answer.text
    assert "x" * 200 in answer.text
    assert article.revisions.get(number=2).name == ""


# Who may


def addresses(article):
    return [history(article), compare(article, 2, 3), restore(article, 2), name(article, 2)]


def test_without_a_login_it_asks_for_one(client):
    for address in addresses(make_written()):
        assert "/admin/login/" in client.get(address).url


def test_moderators_may_not(client, moderator):
    for address in addresses(make_written()):
        assert client.get(address).status_code in (403, 404)
        assert client.post(address).status_code in (403, 404)


def test_reporters_see_and_restore_their_own_but_name_none(client, reporter):
    article = make_written(created_by=reporter)
    seen, compared, restored, named = addresses(article)
    assert client.get(seen).status_code == 200
    assert client.get(compared).status_code == 200
    assert client.get(named).status_code == 403
    assert client.post(named, {"name": "x"}).status_code == 403
    assert client.post(restored).status_code == 302
    assert "/name/" not in client.get(seen).text


def test_drafts_of_others_are_not_there_for_reporters(client, reporter):
    for address in addresses(make_written()):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_reporters_do_not_see_the_history_of_what_others_published(client, reporter):
    article = make_article()
    article.publish_changes({"title": "Other"}, None)
    article.publish_changes({"title": "Third"}, None)
    for address in addresses(article):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403


def test_nothing_in_the_trash_is_restored_from_here(client, editor):
    article = make_written()
    article.trash(editor)
    assert client.get(history(article)).status_code == 200
    assert "restore/" not in client.get(history(article)).text
    assert client.post(restore(article, 2)).status_code == 403


@pytest.mark.parametrize("key", ["x", "0", "4711", "9" * 30])
def test_posts_that_are_not_there_are_not_found(client, editor, key):
    assert client.get(f"/admin/articles/article/{key}/history/").status_code == 404


def test_changes_in_the_future_are_not_live_yet(client, editor):
    article = make_article(published_at=timezone.now() + timedelta(days=1))
    article.publish(by=editor)
    entries = client.get(history(article)).context["page"].object_list
    assert not any(entry.is_live for entry in entries)
