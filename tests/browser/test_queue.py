"""The moderation queue in a real browser: by keyboard alone, by two at once, and without script."""

import shutil
from collections.abc import Iterator
from time import perf_counter

import pytest
from playwright.sync_api import Browser, Page, expect

from comments.models import Comment, Report
from tests.browser.test_valid_html import INSTALL, NU, checked
from tests.factories import make_article, make_comment, make_user

QUEUE = "/admin/comments/comment/queue/"
TABS = ("", "?tab=reported", "?tab=spam", "?tab=published", "?tab=mine", "?rule=links")
UNFOLD = "for (const each of document.querySelectorAll('.card details')) each.open = true"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente"


def held(**values):
    return make_comment(Comment.objects.first().article, status="held", **values)


@pytest.fixture
def moderator(site):
    make_comment(make_article("Ships wait"))
    return make_user("Moderator", username="ada")


@pytest.fixture
def colleague(browser: Browser, site: str, login) -> Iterator[Page]:
    """The window of a second moderator, Budi."""
    context = browser.new_context(base_url=site, locale="en-GB")
    page = context.new_page()
    login(page, make_user("Moderator", username="budi"))
    yield page
    context.close()


@pytest.fixture
def without_script(browser: Browser, site: str, login, moderator) -> Iterator[Page]:
    context = browser.new_context(base_url=site, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    login(page, moderator)
    yield page
    context.close()


def card(page: Page, comment: Comment):
    return page.locator(f"#comment-{comment.pk}")


def statuses(comments):
    found = dict(Comment.objects.values_list("pk", "status"))
    return [found[comment.pk] for comment in comments]


def test_a_moderator_decides_twenty_comments_by_keyboard_alone(page, login, moderator, capsys):
    comments = [held(name=f"Reader {number}") for number in range(26)]
    login(page, moderator)
    page.goto(QUEUE)
    page.keyboard.press("j")
    expected = []
    begun = perf_counter()
    for number in range(20):
        expect(card(page, comments[number])).to_be_focused()
        keys, status = [
            (["a"], "published"),
            (["s"], "spam"),
            (["r", "2"], "rejected"),
            (["b", "1"], "spam"),
        ][number % 4]
        for key in keys:
            page.keyboard.press(key)
        expected.append(status)
    expect(page.locator(".card")).to_have_count(6)
    expect(page.locator(".card.going")).to_have_count(0)
    seconds = perf_counter() - begun
    assert statuses(comments[:20]) == expected
    assert Comment.objects.get(pk=comments[2].pk).decisions.get().reason == "Insulting"
    expect(card(page, comments[20])).to_be_focused()
    expect(page.locator(".tabs [aria-current] .number")).to_have_text("6")
    with capsys.disabled():
        print(f"\n20 comments decided by keyboard in {seconds:.1f} s")
    assert seconds < 60


def test_keys_move_select_note_feature_undo_and_help(page, login, moderator):
    first, second = held(), held()
    login(page, moderator)
    page.goto(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(card(page, second)).to_be_focused()
    page.keyboard.press("x")
    expect(card(page, second).get_by_role("checkbox")).to_be_checked()
    expect(page.locator("#selected")).to_have_text("(1)")
    page.keyboard.press("k")
    expect(card(page, first)).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.type("a note that says u, s and a")
    page.keyboard.press("Control+Enter")
    expect(card(page, first)).to_contain_text("a note that says u, s and a")
    expect(card(page, first)).to_be_focused()
    page.keyboard.press("a")
    expect(card(page, first)).to_have_count(0)
    page.keyboard.press("u")
    expect(card(page, first)).to_be_focused()
    assert statuses([first, second]) == ["held", "held"]
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert statuses([first]) == ["held"]
    page.goto(f"{QUEUE}?tab=published")
    page.keyboard.press("e")
    expect(page.locator(".card .status", has_text="Featured")).to_have_count(1)
    page.keyboard.press("e")
    expect(page.locator(".card .status", has_text="Featured")).to_have_count(0)


def test_keys_can_be_switched_off(page, login, moderator):
    comment = held()
    login(page, moderator)
    page.goto(QUEUE)
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("s")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys").check()
    page.get_by_role("button", name="Close").click()
    assert statuses([comment]) == ["held"]
    page.keyboard.press("s")
    expect(card(page, comment)).to_have_count(0)
    assert statuses([comment]) == ["spam"]


def test_a_key_with_a_modifier_or_in_a_field_decides_nothing(page, login, moderator):
    comment = held()
    login(page, moderator)
    page.goto(QUEUE)
    page.keyboard.press("Control+a")
    page.get_by_text("Filter", exact=True).first.click()
    page.get_by_label("Writer", exact=True).press("a")
    page.get_by_label("Writer", exact=True).press("s")
    expect(page.get_by_label("Writer", exact=True)).to_have_value("as")
    assert statuses([comment]) == ["held"]


def test_the_focus_is_always_seen_and_what_happened_is_announced(page, login, moderator):
    comment, following = held(name="Farah"), held()
    login(page, moderator)
    page.goto(QUEUE)
    page.keyboard.press("j")
    outline = "each => getComputedStyle(each).outlineStyle"
    assert card(page, comment).evaluate(outline) == "solid"
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("Approved: Farah")
    expect(card(page, following)).to_be_focused()
    assert card(page, following).evaluate(outline) == "solid"


@pytest.mark.provokes("status of 409")
def test_two_moderators_do_not_read_the_same_and_learn_of_each_other(
    page, login, moderator, colleague, problems
):
    first, second, third = held(), held(), held()
    login(page, moderator)
    with page.expect_response(f"**{QUEUE}claim/"):
        page.goto(QUEUE)
    with colleague.expect_response(f"**{QUEUE}claim/"):
        colleague.goto(QUEUE)
    expect(card(colleague, first)).to_contain_text("ada is looking at this")
    expect(colleague.locator(".card").last).to_have_id(f"comment-{first.pk}")
    expect(colleague.locator(".card.current")).to_have_id(f"comment-{second.pk}")
    # Budi decides on the one that Ada sees below, and Ada is told so when she comes to it.
    colleague.keyboard.press("s")
    expect(card(colleague, second)).to_have_count(0)
    expect(card(page, second).get_by_role("button", name="Approve a")).to_be_visible()
    card(page, second).focus()
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("Budi has decided already: Mark as spam.")
    assert statuses([first, second, third]) == ["held", "spam", "held"]
    assert ["409" in each for each in problems] == [True]


def test_what_is_being_typed_survives_a_decision_on_another_comment(page, login, moderator):
    first, second = held(), held()
    login(page, moderator)
    page.goto(QUEUE)
    card(page, second).get_by_text("Reply", exact=True).first.click()
    card(page, second).get_by_label("Reply under your name").fill("Half a sentence")
    card(page, first).get_by_role("button", name="Approve a").click()
    expect(card(page, first)).to_have_count(0)
    expect(card(page, second).get_by_label("Reply under your name")).to_have_value(
        "Half a sentence"
    )


@pytest.mark.provokes("ERR_INTERNET_DISCONNECTED")
def test_a_decision_that_could_not_be_sent_says_so_and_stays(page, login, moderator):
    comment = held()
    login(page, moderator)
    page.goto(QUEUE)
    page.context.set_offline(True)
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("This could not be sent")
    expect(card(page, comment)).not_to_have_class("going")
    page.context.set_offline(False)
    card(page, comment).focus()
    page.keyboard.press("a")
    expect(card(page, comment)).to_have_count(0)
    assert statuses([comment]) == ["published"]


def test_without_script_the_same_is_done_by_plain_forms(without_script):
    page = without_script
    first, second, third = held(), held(), held()
    page.goto(QUEUE)
    card(page, first).get_by_role("button", name="Approve a").click()
    expect(page.locator(".messagelist")).to_contain_text("Approved")
    assert page.url.endswith(f"#comment-{second.pk}")
    card(page, second).get_by_text("Reject").click()
    card(page, second).get_by_role("button", name="Off topic").click()
    expect(page.locator(".messagelist")).to_contain_text("Rejected")
    page.get_by_role("button", name="Undo my last decision").click()
    expect(page.locator(".messagelist")).to_contain_text("Taken back: Reject")
    card(page, second).get_by_role("checkbox").check()
    card(page, third).get_by_role("checkbox").check()
    page.get_by_label("With the selected").select_option("mark_spam")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("main")).to_contain_text("2 comments will change.")
    page.get_by_role("button", name="Mark as spam: 2 comments").click()
    expect(page.locator(".messagelist")).to_contain_text("Mark as spam: 2 comments.")
    assert statuses([first, second, third]) == ["published", "spam", "spam"]
    page.get_by_role("link", name="My decisions").click()
    page.get_by_role("button", name="Undo the whole batch").click()
    assert statuses([first, second, third]) == ["published", "held", "held"]


@pytest.fixture
def full_queue(moderator):
    """Comments with everything a card can show, with words wider than a telephone."""
    parent = make_comment(Comment.objects.first().article, body=LONG * 3)
    verdicts = [
        {"rule": "words", "reason": "Words that are held", "words": ["pills", LONG]},
        {"rule": "links", "reason": "3 links; your limit is 2"},
    ]
    rich = held(
        parent=parent,
        name=LONG,
        email=f"{LONG[:40].lower().replace('ä', 'a')}@example.org",
        website=f"https://{LONG[:50].lower().replace('ä', 'a')}.example/",
        body=f"Cheap pills: https://spam.example/{LONG}/{LONG} http://a@b.example {LONG * 5}",
        verdicts=verdicts,
        rule="links",
        spamminess=0.6,
        network="ab" * 16,
    )
    budi = make_user("Moderator", username="budi")
    rich.edit(rich.body + " More.", by=budi, note=LONG)
    for comment in (rich, parent):
        Report.objects.create(comment=comment, reason="abuse", text=LONG, network="x")
        Comment.objects.filter(pk=comment.pk).update(report_count=1)
    held(body="x" * 5000)
    held().mark_spam(rule="honeypot")
    parent.feature(by=moderator)
    return moderator


def test_the_queue_is_accessible_and_fits_every_screen(page, login, full_queue, axe):
    login(page, full_queue)
    findings = []
    bulk = f"{QUEUE}bulk/?do=reject&by=writer&of={Comment.objects.filter(status='held').first().pk}"
    pages = [*(f"{QUEUE}{tab}" for tab in TABS), bulk]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for address in pages:
                page.goto(address)
                page.evaluate(UNFOLD)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    findings.append(f"{address} at {width}: too wide")
                found = axe(page, strict=True)
                findings += [f"{address} at {width}, {scheme}: {each}" for each in found]
    page.goto(QUEUE)
    page.keyboard.press("?")
    findings += axe(page, strict=True)
    assert not findings, "\n".join(findings)


@pytest.mark.skipif(not shutil.which("java"), reason="java is not installed")
@pytest.mark.skipif(not NU.exists(), reason=f"the Nu validator is missing; {INSTALL}")
def test_the_nu_validator_finds_nothing_in_the_queue(full_queue, client, tmp_path):
    client.force_login(full_queue)
    for number, tab in enumerate([*TABS, "bulk/?do=reject&by=writer&of=1"]):
        (tmp_path / f"{number}.html").write_bytes(client.get(f"{QUEUE}{tab}").content)
    found = checked("java", "-jar", NU, "--errors-only", "--format", "gnu", tmp_path)
    assert not found.strip(), found
