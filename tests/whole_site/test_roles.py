"""
Who may do what: every role, every state of a post, every action, and every address behind which an
action lies. What is expected stands here in full; articles/permissions.py must come to the same.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from articles import permissions
from articles.bulk_actions import stamp
from articles.models import Article, Autosave, LinkCheck, Presence
from articles.shared_links import share
from tests.factories import (
    make_article,
    make_author,
    make_comment,
    make_draft,
    make_scheduled,
    make_user,
)

pytestmark = pytest.mark.django_db

AUTHOR = "view edit preview share restore"
EDITOR = f"{AUTHOR} name_version trash"
PUBLIC = f"{EDITOR} propose publish_changes unpublish correct"
# By state: what who wrote the post may do, what another reporter may do, what an editor may do.
EXPECTED = {
    "new": ("edit submit", "edit submit", "edit submit publish"),
    "draft": (f"{AUTHOR} submit trash", "", f"{EDITOR} submit publish"),
    "in review": (f"{AUTHOR} take_back", "", f"{EDITOR} take_back request_changes publish"),
    "scheduled": ("view preview", "", f"{EDITOR} publish unpublish"),
    "public": (f"{AUTHOR} propose submit", "view", f"{PUBLIC} submit"),
    "pending changes": (
        f"{AUTHOR} propose submit discard_changes",
        "view",
        f"{PUBLIC} submit discard_changes",
    ),
    "changes in review": (
        f"{AUTHOR} propose take_back discard_changes",
        "view",
        f"{PUBLIC} take_back request_changes discard_changes",
    ),
    "ended": (f"{AUTHOR} propose submit", "", f"{PUBLIC} submit"),
    "unpublished": ("view preview", "", f"{EDITOR} submit request_changes publish"),
    "in the trash": ("view preview untrash", "", "view preview untrash delete"),
    "trashed when public": ("view preview", "", "view preview untrash delete"),
}
STATES = [state for state in EXPECTED if state != "new"]
BEGUN = ("public", "pending changes", "changes in review", "ended")
ROLES = ("anonymous", "author", "other", "editor", "administrator", "moderator", "former editor")
ALL = {
    value
    for name, value in vars(permissions).items()
    if name.isupper() and isinstance(value, str) and name.lower() == value
}

# Pages about one post and the action that opens them. Other pages are added here, with theirs.
PAGES = [
    ("change/", "view"),
    ("trash/", "trash"),
    ("unpublish/", "unpublish"),
    ("delete/", "delete"),
    ("history/", "preview"),
    ("compare/?from=1&to=1", "preview"),
    ("history/1/name/", "name_version"),
    ("history/1/restore/", "restore"),
    ("share/", "share"),
    ("autosave/", "edit"),
]
# The same of what only answers when something is sent to it.
ANSWERS = [
    ("preview/", "preview"),
    ("checklist/", "edit"),
    ("presence/", "edit"),
]

# The buttons of the form, with the action that each needs and what it leaves on record.
BUTTONS = [
    ("_submit", "submit", "submit"),
    ("_take_back", "take_back", "take_back"),
    ("_request_changes", "request_changes", "request_changes"),
    ("_publish", "publish", "publish"),
    ("_schedule", "publish", "schedule"),
    ("_publish_changes", "publish_changes", "publish_changes"),
    ("_discard_changes", "discard_changes", "discard_changes"),
]
# Addresses that only answer to a form, likewise.
STEPS = [
    ("trash/", "trash", "trash"),
    ("unpublish/", "unpublish", "unpublish"),
    ("untrash/", "untrash", "untrash"),
]


def expected(role, state):
    author, other, editor = (set(each.split()) for each in EXPECTED[state])
    if role in ("editor", "administrator"):
        return editor
    return {"author": author, "other": other}.get(role, set())


@pytest.fixture
def people():
    names = {"author": "Reporter", "other": "Reporter", "editor": "Editor"}
    names |= {"administrator": "Administrator", "moderator": "Moderator"}
    people = {name: make_user(role) for name, role in names.items()}
    make_author("Rita", user=people["author"])
    make_author("Otto", user=people["other"])
    return people


def bring(state, author):
    """A post by ``author`` in that state."""
    now, hour = timezone.now(), timedelta(hours=1)
    title = f"A post {state}"
    values = {"created_by": author}
    if state == "scheduled":
        article = make_scheduled(title, authors=[author.author], **values)
    elif state in ("public", "pending changes", "changes in review", "trashed when public"):
        article = make_article(title, authors=[author.author], **values)
    elif state == "ended":
        values["published_at"] = now - 2 * hour
        article = make_article(title, authors=[author.author], **values)
        Article.objects.filter(pk=article.pk).update(ends_at=now - hour)
        article.refresh_from_db()
    else:
        article = make_draft(title, **values)
        article.sign(author.author)
    if state in ("pending changes", "changes in review"):
        article.propose({"title": f"A better post {state}"}, author)
    if state in ("in review", "changes in review"):
        article.submit(author)
    if state == "unpublished":
        article.publish(now - hour)
        article.unpublish()
    if state in ("in the trash", "trashed when public"):
        article.trash(author)
    if not article.version:
        article.revise({})
    return article


def sign_in(client, people, role):
    """As somebody who has that role; one of a former editor was taken away after signing in."""
    if role == "anonymous":
        return AnonymousUser()
    if role == "former editor":
        user = make_user("Editor")
        client.force_login(user)
        user.groups.clear()
        return user
    client.force_login(people[role])
    return people[role]


def address(article, page):
    return f"/admin/articles/article/{article.pk}/{page}"


def typed(article, state, button):
    """What the browser sends with that button."""
    data = {"title": "What was typed", "body": "<p>Text.</p>", "slug": article.slug}
    data |= {"show_changes": "site", "note": "A note.", button: "1", "base": article.version}
    data |= {"authors": [byline.author_id for byline in article.bylines.all()]}
    data |= {"discussion-TOTAL_FORMS": 0, "discussion-INITIAL_FORMS": 0}
    at = None
    if state in BEGUN:
        at = article.published_at
    elif button == "_schedule" or (state == "scheduled" and button != "_publish"):
        at = timezone.now() + timedelta(days=3)
    if at:
        data |= {"published_at_0": f"{at:%Y-%m-%d}", "published_at_1": f"{at:%H:%M:%S}"}
    return data


class TakenBack(Exception):
    pass


def taken(client, article, path, data, verb):
    """Whether sending ``data`` leaves ``verb`` on record. It is undone afterwards."""
    try:
        with transaction.atomic():
            known = article.events.filter(verb=verb).count()
            client.post(address(article, path), data)
            found = article.events.filter(verb=verb).count() > known
            raise TakenBack
    except TakenBack:
        return found


def test_the_table_names_every_action_there_is():
    named = {action for row in EXPECTED.values() for cell in row for action in cell.split()}
    assert named == ALL


@pytest.mark.parametrize("state", EXPECTED)
@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_do_in_every_state_what_the_table_says(client, people, role, state):
    article = None if state == "new" else bring(state, people["author"])
    user = sign_in(client, people, role)
    user = type(user).objects.get(pk=user.pk) if user.pk else user
    assert set(permissions.allowed(user, article)) == expected(role, state)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_opens_for_those_alone_who_may(client, people, role, state):
    article = bring(state, people["author"])
    sign_in(client, people, role)
    for page, action in PAGES:
        answer = client.get(address(article, page))
        assert (answer.status_code == 200) == (action in expected(role, state)), page
        if answer.status_code != 200:
            assert article.title not in answer.content.decode()
    for page, action in ANSWERS:
        answer = client.post(address(article, page))
        assert (answer.status_code == 200) == (action in expected(role, state)), page
        if answer.status_code != 200:
            assert article.title not in answer.content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_a_new_post_is_begun_by_those_alone_who_may(client, people, role):
    sign_in(client, people, role)
    answer = client.get("/admin/articles/article/add/")
    assert (answer.status_code == 200) == ("edit" in expected(role, "new"))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ["author", "other", "editor"])
def test_the_form_has_exactly_the_buttons_that_may_be_pressed(client, people, role, state):
    article = bring(state, people["author"])
    sign_in(client, people, role)
    html = client.get(address(article, "change/")).content.decode()
    may = expected(role, state)
    for button, action, _verb in BUTTONS:
        shown = f'name="{button}"' in html
        if button == "_schedule":
            # Saving what is scheduled schedules it.
            assert shown == (action in may and state != "scheduled")
        else:
            assert shown == (action in may), button
    for button in ("trash", "unpublish"):
        assert (f'name="_{button}"' in html) == (button in may)
    assert ("/untrash/" in html) == ("untrash" in may)
    assert (f"/article/{article.pk}/delete/" in html) == ("delete" in may)
    assert ('name="_continue"' in html) == ("edit" in may)
    assert "_addanother" not in html


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ["author", "other", "editor"])
def test_what_is_sent_without_a_button_is_refused_as_well(client, people, role, state):
    article = bring(state, people["author"])
    sign_in(client, people, role)
    article.refresh_from_db()
    may = expected(role, state)
    for button, action, verb in BUTTONS:
        data = typed(article, state, button)
        assert taken(client, article, "change/", data, verb) == (action in may), button
    for path, action, verb in STEPS:
        assert taken(client, article, path, {"note": "A note."}, verb) == (action in may), path


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ["anonymous", "moderator", "former editor"])
def test_who_has_nothing_to_do_with_posts_changes_none(client, people, role, state):
    article = bring(state, people["author"])
    sign_in(client, people, role)
    article.refresh_from_db()
    before = (article.status, article.version, article.pending_id, article.events.count())
    for path, button in (("change/", "_continue"), ("change/", "_publish"), ("delete/", "post")):
        assert client.post(address(article, path), typed(article, state, button)).status_code in (
            302,
            403,
        )
    for path, _action, _verb in STEPS:
        assert client.post(address(article, path)).status_code in (302, 403, 404)
    article.refresh_from_db()
    assert before == (
        *(article.status, article.version, article.pending_id, article.events.count()),
    )


def traces(article):
    """All that anybody could have left on a post."""
    article.refresh_from_db()
    return (
        *(article.version, article.link_series, article.events.count()),
        list(article.revisions.values_list("name", "shared_until")),
        *(Autosave.objects.count(), Presence.objects.count(), LinkCheck.objects.count()),
    )


@pytest.mark.parametrize("state", ["draft", "in review", "scheduled", "unpublished"])
@pytest.mark.parametrize("role", ["other", "anonymous", "moderator", "former editor"])
def test_at_the_post_of_others_no_address_takes_anything(client, people, role, state):
    article = bring(state, people["author"])
    sign_in(client, people, role)
    before = traces(article)
    typed = {"fields": {"title": ["Typed"]}, "known": [], "token": "a" * 16}
    for page, data in [
        ("history/1/restore/", {}),
        ("history/1/name/", {"name": "Mine"}),
        ("share/", {"days": "7", "_make": "1"}),
        ("share/", {"_revoke": "1"}),
        ("presence/", {"take_over": "yes"}),
        ("presence/", {"leave": "yes"}),
        ("preview/", {"title": "Typed"}),
        ("checklist/", {"title": "Typed"}),
    ]:
        answer = client.post(address(article, page), data)
        assert answer.status_code in (302, 401, 403, 404), page
    answer = client.post(address(article, "autosave/"), typed, content_type="application/json")
    assert answer.status_code in (401, 403, 404)
    assert traces(article) == before


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_a_shared_version_is_open_to_whoever_has_its_link(client, people, role, state):
    article = bring(state, people["author"])
    link = share(article.revisions.latest("number"), days=7)
    sign_in(client, people, role)
    assert client.get(link.path).status_code == (410 if "trash" in state else 200)
    assert client.get(f"{link.path[:-4]}AAA/").status_code == 404


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ["author", "other", "editor"])
def test_a_post_is_deleted_from_the_trash_alone_and_by_those_alone_who_may(
    client, people, role, state
):
    article = bring(state, people["author"])
    make_comment(article)
    sign_in(client, people, role)
    client.post(address(article, "delete/"), {"post": "yes"})
    may = "delete" in expected(role, state)
    assert Article.objects.filter(pk=article.pk).exists() is not may


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ["author", "editor"])
def test_the_bulk_action_deletes_no_more_than_the_page_does(client, people, role, state):
    article = bring(state, people["author"])
    sign_in(client, people, role)
    article.refresh_from_db()
    data = {"action": "delete", "_selected_action": article.pk, "confirmed": "yes"}
    for where in ("", "?state=trash"):
        for name in ("delete", "delete_selected"):
            data |= {"action": name, "post": "yes", "seen": stamp(article)}
            client.post(f"/admin/articles/article/{where}", data)
    may = "delete" in expected(role, state)
    assert Article.objects.filter(pk=article.pk).exists() is not may


@pytest.mark.parametrize("role", ROLES)
def test_the_list_and_the_inputs_name_no_post_that_is_not_seen(client, people, role):
    articles = {state: bring(state, people["author"]) for state in STATES}
    sign_in(client, people, role)
    where = "?app_label=articles&model_name=correction&field_name=article&term=post"
    lists = [f"/admin/articles/article/{query}" for query in ("", "?state=trash")]
    for path in (*lists, f"/admin/autocomplete/{where}"):
        answer = client.get(path, follow=role == "anonymous")
        html = answer.content.decode()
        for state, article in articles.items():
            if path in lists and ("trash" in path) != ("trash" in state):
                assert article.title not in html
                continue
            sees = "view" in expected(role, state) and answer.status_code == 200
            named = f"{article.title}<" in html or f'"{article.title}"' in html
            assert named == sees, (path, state)


def test_a_role_that_is_taken_away_while_somebody_writes_saves_nothing_more(client, people):
    article = bring("draft", people["author"])
    user = sign_in(client, people, "editor")
    assert client.get(address(article, "change/")).status_code == 200
    user.groups.clear()
    answer = client.post(address(article, "change/"), typed(article, "draft", "_publish"))
    assert answer.status_code == 403
    article.refresh_from_db()
    assert (article.title, article.status) == ("A post draft", "draft")


@pytest.mark.parametrize("role", ["author", "editor"])
def test_what_was_typed_into_a_post_that_was_trashed_meanwhile_is_not_lost(client, people, role):
    article = bring("draft", people["author"])
    sign_in(client, people, role)
    data = typed(article, "draft", "_continue")
    article.trash(people["administrator"])
    answer = client.post(address(article, "change/"), data)
    assert "What was typed" in answer.content.decode()
    article.refresh_from_db()
    assert (article.title, article.status) == ("A post draft", "trash")
