"""With nothing set the site runs locally; in production an unsafe value stops the start."""

import os
import subprocess
import sys

import pytest

SAFE = {
    "DEBUG": "false",
    "SECRET_KEY": "an unguessable text of more than fifty characters 0123456789",
    "ALLOWED_HOSTS": "news.example.org",
    "SITE_URL": "https://news.example.org",
    "EMAIL_URL": "dummymail://",
}


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Start Django in a process of its own with only these variables."""
    return run("import django; django.setup(); print('started')", **variables)


def run(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_set_starts_locally():
    assert start().stdout == "started\n"


def test_safe_values_start_in_production():
    assert start(**SAFE).stdout == "started\n"


UNSAFE = {
    "no key": ({"SECRET_KEY": ""}, "SECRET_KEY is missing: set it to a random text"),
    "short key": ({"SECRET_KEY": "secret"}, "SECRET_KEY is too easy to guess"),
    "dull key": ({"SECRET_KEY": "ab" * 50}, "SECRET_KEY is too easy to guess"),
    "example key": (
        {"SECRET_KEY": "django-insecure-" + "abcdefghij" * 6},
        "SECRET_KEY is a development key",
    ),
    "no hosts": ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing: set the site's host names"),
    "all hosts": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must not be '*'"),
    "no address": ({"SITE_URL": ""}, "SITE_URL is missing: set the site's address"),
    "http": ({"SITE_URL": "http://news.example.org"}, "SITE_URL must start with https://"),
    "path": ({"SITE_URL": "https://news.example.org/blog"}, "SITE_URL must end after the site"),
    "query": ({"SITE_URL": "https://news.example.org?x"}, "SITE_URL must end after the site"),
    "other host": (
        {"SITE_URL": "https://example.org"},
        "SITE_URL names a host that ALLOWED_HOSTS lacks: add example.org.",
    ),
    "bad database": ({"DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be read"),
    "bad proxies": ({"TRUSTED_PROXIES": "my-proxy"}, "a setting cannot be read. 'my-proxy'"),
    "bad mail": ({"EMAIL_URL": "pigeon://"}, "a setting cannot be read. Invalid email schema"),
}


@pytest.mark.parametrize(("variables", "sentence"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_value_stops_the_start_with_a_sentence(variables, sentence):
    process = start(**SAFE | variables)
    assert process.returncode == 1
    assert "Newsroom did not start" in process.stderr
    assert sentence in process.stderr
    assert "Traceback" not in process.stderr


USELESS = {
    "address": ({"SITE_URL": "https://["}, "SITE_URL is no web address"),
    "words": ({"SITE_URL": "my site"}, "SITE_URL is no web address"),
    "hosts": ({"ALLOWED_HOSTS": "https://news.example.org"}, "ALLOWED_HOSTS takes host names"),
    "port": ({"ALLOWED_HOSTS": "news.example.org:443"}, "ALLOWED_HOSTS takes host names"),
    "zone": ({"TIME_ZONE": "Mars/Phobos"}, "TIME_ZONE is no time zone: Mars/Phobos."),
    "file": ({"TIME_ZONE": "../passwd"}, "TIME_ZONE is no time zone"),
    "language": ({"LANGUAGE_CODE": "xx-yy"}, "LANGUAGE_CODE is no language: xx-yy."),
    "database": ({"DATABASE_URL": "mysql://u:p@h/d"}, "DATABASE_URL names a database we do not"),
    "cache": ({"REDIS_URL": "garbage"}, "REDIS_URL cannot be read"),
}


@pytest.mark.parametrize("others", [{}, SAFE], ids=["locally", "production"])
@pytest.mark.parametrize(("variables", "sentence"), USELESS.values(), ids=USELESS)
def test_what_nothing_works_with_stops_every_start(others, variables, sentence):
    process = start(**others | variables)
    assert process.returncode == 1
    assert sentence in process.stderr
    assert "Traceback" not in process.stderr


NAMES = ("SITE_URL", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "MEDIA_ROOT", "TIME_ZONE")


def test_empty_variables_count_as_unset():
    empty = dict.fromkeys([*NAMES, "LANGUAGE_CODE", "EMAIL_URL", "TRUSTED_PROXIES", "DEBUG"], "")
    assert start(**empty).stdout == "started\n"
    show = "from newsroom import settings; print(settings.MEDIA_ROOT.name, settings.LANGUAGE_CODE)"
    assert run(show, **empty).stdout == "media en-gb\n"


@pytest.mark.parametrize(
    "variables",
    [
        {"ALLOWED_HOSTS": ".example.org, [::1],127.0.0.1", "SITE_URL": "https://a.example.org/"},
        {"LANGUAGE_CODE": "de-at", "TIME_ZONE": "Asia/Singapore"},
        {"LANGUAGE_CODE": "zh-hans", "REDIS_URL": "redis://:secret@cache:6379/0"},
        {"TRUSTED_PROXIES": "unix,10.0.0.0/8", "SITE_NAME": "Harbour News"},
    ],
)
def test_good_values_start(variables):
    assert start(**SAFE | variables).stdout == "started\n"


def test_everything_missing_is_said_at_once():
    lines = start(DEBUG="false").stderr.splitlines()
    assert [line.split()[1] for line in lines[1:]] == [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "EMAIL_URL",
    ]


@pytest.mark.parametrize(
    ("variables", "sender"),
    [
        ({}, "Newsroom <no-reply@news.example.org>"),
        (
            {"SITE_NAME": 'The "Daily", \n News'},
            '"The \\"Daily\\", News" <no-reply@news.example.org>',
        ),
        ({"DEFAULT_FROM_EMAIL": "Desk <desk@example.org>"}, "Desk <desk@example.org>"),
    ],
)
def test_mail_comes_from_the_site_unless_told_otherwise(variables, sender):
    code = "from django.conf import settings; print(settings.DEFAULT_FROM_EMAIL)"
    assert run(code, **SAFE | variables).stdout.strip() == sender


@pytest.mark.parametrize("sender", ["nobody", "a@example.org\nBcc: b@example.org", "Desk <desk>"])
def test_a_sender_that_is_no_address_stops_the_start(sender):
    answer = start(**SAFE | {"DEFAULT_FROM_EMAIL": sender})
    assert "DEFAULT_FROM_EMAIL is no email address" in answer.stderr
    assert answer.returncode == 1
