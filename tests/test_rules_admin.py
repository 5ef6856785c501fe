"""Who may sets the rules in the admin, tries a word rule before it is saved, and blocks."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.utils import timezone

from comments.models import Block, Discussion, Policy, WordRule
from comments.networks import network_hash
from newsroom.roles import ROLES, create_roles, note_permissions
from tests.factories import make_article, make_comment, make_user
from tests.pages import visible_lines
from tests.test_article_admin import form as article_form

pytestmark = pytest.mark.django_db

RULES = "/admin/comments/wordrule/"
BLOCKS = "/admin/comments/block/"
POLICIES = "/admin/comments/policy/"


@pytest.fixture
def administrator(client):
    user = make_user("Administrator")
    client.force_login(user)
    return user


def rule(words, **values):
    """What the browser sends for the form of a word rule."""
    return {"words": words, "verdict": "hold", "note": "", "is_active": "on"} | values


def block(kind, value, **values):
    data = {"kind": kind, "value": value, "note": "", "expires_at_0": "", "expires_at_1": ""}
    return data | values


# Word rules


def test_a_moderator_writes_a_word_rule(client, moderator):
    client.post(f"{RULES}add/", rule("  cheap   pills "))
    saved = WordRule.objects.get()
    assert (saved.words, saved.verdict, saved.is_active, saved.by) == (
        *("cheap pills", "hold", True, moderator),
    )


def test_who_wrote_a_rule_stays_who_wrote_it(client, moderator):
    other = WordRule.objects.create(words="casino", by=make_user("Moderator"))
    client.post(f"{RULES}{other.pk}/change/", rule("casino", verdict="spam"))
    by, other.verdict = other.by, ""
    other.refresh_from_db()
    assert (other.by, other.verdict) == (by, "spam")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "This field is required."),
        ("***", "Write at least one letter or digit."),
        ("\u200b!", "Write at least one letter or digit."),
        ("x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("Casino", "There is a rule with these words already."),
    ],
)
@pytest.mark.parametrize("button", ["_save", "_test"])
def test_what_is_no_rule_is_told_so(client, moderator, words, sentence, button):
    WordRule.objects.create(words="Casino")
    answer = client.post(f"{RULES}add/", rule(words) | {button: "1"})
    assert sentence in visible_lines(answer)
    assert WordRule.objects.count() == 1


def test_a_new_rule_shows_what_it_would_have_caught_before_it_is_saved(client, moderator):
    article = make_article()
    make_comment(article, name="Budi", body="I lost my savings in a CASIN0, sadly.")
    make_comment(article, name="Mei", body="Nothing to see.")
    make_comment(article, name="Held", body="casino", status="held")
    answer = client.post(f"{RULES}add/", rule("casino", _test="1"))
    text = " ".join(visible_lines(answer))
    assert "This rule would have caught 1 of the last 1,000 published comments." in text
    assert "Budi" in text
    assert "Mei" not in text
    assert "in a <mark>CASIN0</mark>, sadly." in answer.content.decode()
    assert 'value="casino"' in answer.content.decode()
    assert not WordRule.objects.exists()


def test_a_rule_can_be_tried_again_and_then_be_saved(client, moderator):
    saved = WordRule.objects.create(words="casino")
    address = f"{RULES}{saved.pk}/change/"
    assert "caught 0 of" in " ".join(visible_lines(client.post(address, rule("pills", _test="1"))))
    saved.refresh_from_db()
    assert saved.words == "casino"
    client.post(address, rule("pills"))
    saved.refresh_from_db()
    assert saved.words == "pills"


def test_what_readers_wrote_is_shown_as_text(client, moderator):
    make_comment(make_article(), name="<b>x</b>", body="<script>alert(1)</script> casino <i>")
    html = client.post(f"{RULES}add/", rule("casino", _test="1")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>casino</mark> &lt;i&gt;" in html
    assert "<script>alert" not in html
    assert "<b>x" not in html


def test_a_rule_is_tried_on_the_last_thousand_and_shows_the_newest_fifty(client, moderator):
    article = make_article()
    for number in range(51):
        make_comment(article, name=f"Reader-{number}", body="A long way to " * 30 + "the casino.")
    answer = client.post(f"{RULES}add/", rule("casino", _test="1"))
    text = " ".join(visible_lines(answer))
    assert "caught 51 of" in text
    assert "These are the newest 50 of them." in text
    assert "Reader-50," in text
    assert "Reader-0," not in text


@pytest.mark.parametrize("words", ["(a+)+$", "a*" * 100, "*a" * 100, "[", "\\1", "%s {0}", "免费"])
def test_a_hostile_rule_can_be_tried(client, moderator, words):
    make_comment(make_article(), body="a" * 10_000)
    assert client.post(f"{RULES}add/", rule(words, _test="1")).status_code == 200


@pytest.mark.parametrize("role", ["Reporter", "Editor", ""])
def test_others_write_no_rules_and_block_nobody(client, role):
    client.force_login(make_user(role))
    assert client.post(f"{RULES}add/", rule("casino")).status_code == 403
    assert client.post(f"{RULES}add/", rule("casino", _test="1")).status_code == 403
    assert client.post(f"{BLOCKS}add/", block("domain", "bad.example")).status_code == 403
    assert client.get(BLOCKS).status_code == 403
    assert not WordRule.objects.exists()
    assert not Block.objects.exists()


# Blocks


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("email", " Mallory@Example.org ", "mallory@example.org"),
        ("domain", "Bad.Example", "bad.example"),
        ("domain", "https://www.bad.example/page?x=1", "bad.example"),
        ("domain", "mallory@bad.example", "bad.example"),
        ("network", "192.0.2.7", network_hash("192.0.2.7")),
        ("network", "2001:db8::1", network_hash("2001:db8::2")),
        ("network", network_hash("192.0.2.7"), network_hash("192.0.2.7")),
    ],
)
def test_a_moderator_blocks_as_people_type_it(client, moderator, kind, typed, kept):
    assert client.post(f"{BLOCKS}add/", block(kind, typed)).status_code == 302
    saved = Block.objects.get()
    assert (saved.kind, saved.value, saved.by) == (kind, kept, moderator)


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("email", "bad.example", "Enter a valid email address."),
        ("domain", "bad", "Enter a domain such as example.org."),
        ("domain", "://", "Enter a domain such as example.org."),
        ("network", "bad.example", "Enter a network address such as 192.0.2.1."),
        ("network", "192.0.2.0/24", "Enter a network address such as 192.0.2.1."),
        ("email", "", "This field is required."),
    ],
)
def test_what_cannot_be_blocked_is_told_so(client, moderator, kind, typed, sentence):
    assert sentence in visible_lines(client.post(f"{BLOCKS}add/", block(kind, typed)))
    assert not Block.objects.exists()


def test_what_is_blocked_already_is_told_so(client, moderator):
    Block.objects.create(kind="domain", value="bad.example")
    answer = client.post(f"{BLOCKS}add/", block("domain", "BAD.example"))
    assert "This is blocked already." in visible_lines(answer)


def test_a_block_that_ends_is_kept_with_its_end(client, moderator):
    soon = timezone.now() + timedelta(days=7)
    end = {"expires_at_0": f"{soon:%Y-%m-%d}", "expires_at_1": f"{soon:%H:%M:%S}"}
    client.post(f"{BLOCKS}add/", block("domain", "bad.example") | end)
    assert abs(Block.objects.get().expires_at - soon) < timedelta(seconds=1)


# Policies


def policy_form(**values):
    data = {
        "name": "Strict",
        "approved_needed": 1,
        "most_links": 2,
        "least_seconds": 3,
        "flood_comments": 5,
        "flood_minutes": 10,
        "most_rejections": 3,
        "reports_needed": 3,
        "edit_minutes": 10,
    }
    return data | values


def test_an_administrator_sets_the_limits(client, administrator):
    client.post(f"{POLICIES}1/change/", policy_form(most_links=7, closes_after_days=30))
    policy = Policy.standard()
    assert (policy.most_links, policy.closes_after_days) == (7, 30)


@pytest.mark.parametrize(
    "values",
    [
        {"most_links": -1},
        {"most_links": 99999},
        {"approved_needed": 0},
        {"reports_needed": "x"},
        {"name": ""},
        {"closes_after_days": "9" * 400},
    ],
)
def test_a_limit_that_is_none_is_refused(client, administrator, values):
    before = Policy.objects.values().get()
    assert client.post(f"{POLICIES}1/change/", policy_form(**values)).status_code == 200
    assert Policy.objects.values().get() == before


@pytest.mark.parametrize("confirmed", [{}, {"post": "yes"}])
def test_the_standard_policy_and_one_in_use_stay_and_say_why(client, administrator, confirmed):
    used = Policy.objects.create(name="Used")
    Discussion.objects.create(article=make_article(), policy=used)
    standard = "The standard policy holds for every post that names no other, so it stays."
    in_use = "There are posts with this policy. Give them another one first."
    for policy, sentence in [(Policy.standard(), standard), (used, in_use)]:
        send = client.post if confirmed else client.get
        answer = send(f"{POLICIES}{policy.pk}/delete/", confirmed, follow=True)
        assert sentence in visible_lines(answer)
    assert Policy.objects.count() == 2


def test_a_policy_that_no_post_follows_can_be_deleted(client, administrator):
    unused = Policy.objects.create(name="Unused")
    client.post(f"{POLICIES}{unused.pk}/delete/", {"post": "yes"})
    assert Policy.objects.get() == Policy.standard()


def test_policies_are_not_deleted_in_bulk(client, administrator):
    unused = Policy.objects.create(name="Unused")
    client.post(POLICIES, {"action": "delete_selected", "_selected_action": [1, unused.pk]})
    assert Policy.objects.count() == 2


@pytest.mark.parametrize("role", ["Editor", "Moderator"])
def test_editors_and_moderators_look_at_policies_only(client, role):
    client.force_login(make_user(role))
    assert client.get(f"{POLICIES}1/change/").status_code == 200
    assert client.post(f"{POLICIES}1/change/", policy_form(most_links=7)).status_code == 403
    assert client.post(f"{POLICIES}1/delete/", {"post": "yes"}).status_code == 403


# The policy of one post


def discussion(policy, begun=0):
    return {
        "discussion-TOTAL_FORMS": 1,
        "discussion-INITIAL_FORMS": begun,
        "discussion-0-policy": policy.pk,
    }


def change(article):
    return f"/admin/articles/article/{article.pk}/change/"


def form(article, **values):
    return article_form(authors=article.ordered_authors) | {"title": article.title} | values


@pytest.fixture
def strict():
    return Policy.objects.create(name="Strict", hold_all=True)


def test_an_editor_chooses_the_policy_of_a_post(client, editor, strict):
    article = make_article()
    assert "Strict" in client.get(change(article)).content.decode()
    answer = client.post(change(article), form(article) | discussion(strict))
    assert answer.status_code == 302
    assert Discussion.objects.get(article=article).policy == strict


def test_a_post_without_a_choice_keeps_the_standard_and_stores_nothing(client, editor):
    article = make_article()
    client.post(change(article), form(article) | discussion(Policy.standard()))
    assert not Discussion.objects.exists()


def test_the_policy_of_a_new_post_is_saved_with_it(client, editor, strict):
    client.post("/admin/articles/article/add/", article_form() | discussion(strict))
    assert Discussion.objects.get().policy == strict


def test_a_choice_can_be_changed(client, editor, strict):
    article = make_article()
    Discussion.objects.create(article=article)
    data = form(article) | discussion(strict, begun=1) | {"discussion-0-article": article.pk}
    client.post(change(article), data)
    assert Discussion.objects.get(article=article).policy == strict


def test_a_first_comment_while_the_form_is_open_is_no_error_and_is_still_counted(
    client, editor, strict
):
    article = make_article()
    make_comment(article)
    answer = client.post(change(article), form(article) | discussion(strict))
    assert answer.status_code == 302
    found = Discussion.objects.get(article=article)
    assert (found.policy, found.comment_count) == (strict, 1)


def test_a_reporter_sees_no_policy(client):
    reporter = make_user("Reporter")
    client.force_login(reporter)
    assert "discussion-0-policy" not in client.get("/admin/articles/article/add/").content.decode()


# Roles


def test_a_group_that_is_there_gets_what_has_come_and_nothing_that_was_taken_away():
    group = Group.objects.get(name="Moderator")
    new = Permission.objects.filter(content_type__model__in=["wordrule", "block"])
    taken = Permission.objects.get(codename="view_decision")
    group.permissions.remove(taken)
    new.delete()
    note_permissions(using="default")
    call_command("migrate", verbosity=0)
    expected = {each.split(".")[1] for each in ROLES["Moderator"]} - {"view_decision"}
    assert set(group.permissions.values_list("codename", flat=True)) == expected


def test_without_anything_new_a_group_stays_as_somebody_left_it():
    group = Group.objects.get(name="Editor")
    group.permissions.clear()
    note_permissions(using="default")
    create_roles(using="default")
    assert not group.permissions.exists()


def test_who_may_only_look_at_a_block_sees_it(client):
    user, saved = make_user(), Block.objects.create(kind="domain", value="bad.example")
    user.user_permissions.add(Permission.objects.get(codename="view_block"))
    client.force_login(user)
    assert "bad.example" in " ".join(visible_lines(client.get(f"{BLOCKS}{saved.pk}/change/")))
