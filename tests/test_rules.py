"""Each rule looks at values and says why; the strictest one counts."""

from dataclasses import replace

import pytest

from comments import pipeline, spam
from comments.pipeline import RULES, Kind, Submission, judge
from comments.spam import Weighing

# By somebody whom nothing speaks against.
TRUSTED = Submission(text="I agree.", name="Farah", approved=3, is_proven=True)


def verdict(**values):
    """What counts of all that the rules say of ``TRUSTED`` with other ``values``."""
    return judge(replace(TRUSTED, **values))[0]


def test_whom_a_proven_address_and_approved_comments_make_known_is_published():
    assert [each.rule for each in judge(TRUSTED)] == ["trusted"]
    assert judge(TRUSTED)[0].kind == Kind.PUBLISH


CASES = {
    "closed": ({"is_open": False}, "refuse", "The comments on this post are closed."),
    "crowded": (
        {"from_network_in_a_minute": 30},
        "refuse",
        "Too many comments came from your network. Try again in a minute.",
    ),
    "honeypot": ({"is_baited": True}, "spam", "Filled in a field that people cannot see"),
    "block": (
        {"blocks": (("Domain", "bad.example"), ("Network", ""))},
        "spam",
        "Blocked: Domain, Network",
    ),
    "spam-words": (
        {"text": "Cheap V1agra!", "word_rules": (("viagra", "spam"),)},
        "spam",
        "Words on the list: V1agra",
    ),
    "filter-sure": (
        {"weighing": Weighing(0.997, is_sure=True, telling=["pills"])},
        "spam",
        "The filter is sure that it is spam (1.00)",
    ),
    "too-fast": (
        {"seconds": 1},
        "hold",
        "Sent 1 second after the page was opened; people need at least 3",
    ),
    "network-flood": (
        {"from_network": 5},
        "hold",
        "More than 5 comments from this network within 10 minutes",
    ),
    "address-flood": (
        {"from_address": 5},
        "hold",
        "More than 5 comments from this email address within 10 minutes",
    ),
    "near-duplicate": ({"twin": 12}, "hold", "Nearly the same as comment 12"),
    "too-many-links": (
        {"links": ("https://a.example", "https://b.example", "https://c.example")},
        "hold",
        "3 links; the limit is 2",
    ),
    "held-words": (
        {"name": "Casino", "word_rules": (("casino", "hold"), ("other", "hold"))},
        "hold",
        "Words on the list: Casino",
    ),
    "filter-unsure": (
        {"weighing": Weighing(0.6, is_unsure=True)},
        "hold",
        "The filter is not sure (0.60)",
    ),
    "many-rejections": (
        {"rejected": 3},
        "hold",
        "3 comments from this address were rejected in the last 30 days",
    ),
    "hold-all": ({"hold_all": True}, "hold", "Every comment on this post is held"),
    "first-comment": (
        {"approved": 1, "approved_needed": 2},
        "hold",
        "1 approved comment from this address; 2 are needed",
    ),
    "unproven": (
        {"is_proven": False},
        "hold",
        "This browser has not shown that the email address is its writer’s",
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_says_why(rule):
    values, kind, reason = CASES[rule]
    said = verdict(**values)
    assert (said.rule, said.kind, said.reason) == (rule, kind, reason)


def test_every_rule_is_tried_here():
    names = {each.__name__.replace("_", "-") for each in RULES}
    assert names == {*CASES, "trusted", "staff"}


@pytest.mark.parametrize(
    "values",
    [
        {"from_network_in_a_minute": 29},
        {"seconds": 3},
        {"seconds": None},
        {"seconds": 0, "least_seconds": 0},
        {"from_network": 4, "from_address": 4},
        {"links": ("https://a.example", "https://b.example")},
        {"word_rules": (("viagra", "spam"), ("casino", "hold"))},
        {"weighing": Weighing(0.3)},
        {"rejected": 2},
    ],
)
def test_at_the_limit_nothing_is_said(values):
    assert verdict(**values).rule == "trusted"


def test_the_strictest_verdict_counts_and_all_are_kept():
    said = judge(replace(TRUSTED, seconds=1, is_baited=True, from_network=9, is_open=False))
    assert [each.kind for each in said] == ["refuse", "spam", "hold", "hold", "publish"]
    assert said[0].rule == "closed"


@pytest.mark.parametrize("values", [{"approved": 0}, {"is_proven": False}, {"approved_needed": 4}])
def test_neither_half_of_trust_is_enough(values):
    assert verdict(**values).kind == Kind.HOLD


def test_where_no_rule_says_anything_a_moderator_decides(monkeypatch):
    monkeypatch.setattr(pipeline, "RULES", [])
    assert judge(TRUSTED)[0].kind == Kind.HOLD


def test_nothing_that_is_wrong_with_a_text_holds_up_staff():
    odd = {"text": "viagra", "word_rules": (("viagra", "spam"),), "is_baited": True, "seconds": 0}
    assert verdict(is_staff=True, approved=0, is_proven=False, **odd).rule == "staff"
    assert verdict(is_staff=True, is_open=False).rule == "closed"


def test_the_words_that_mattered_are_kept_few_and_short():
    said = verdict(links=("https://long.example/" + "x" * 9999,) * 10_000)
    assert len(said.words) == 10
    assert max(map(len, said.words)) == 100


def test_a_verdict_is_kept_as_plain_values():
    assert verdict(links=("a", "b", "c")).as_json() == {
        "rule": "too-many-links",
        "verdict": "hold",
        "reason": "3 links; the limit is 2",
        "words": ["a", "b", "c"],
    }


def test_the_filter_speaks_under_the_names_that_its_report_asks_for():
    names = {each.__name__.replace("_", "-") for each in RULES}
    assert {spam.SURE_RULE, spam.UNSURE_RULE} <= names
