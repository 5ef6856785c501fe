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
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", "import django; django.setup(); print('started')"],
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


def test_everything_missing_is_said_at_once():
    lines = start(DEBUG="false").stderr.splitlines()
    assert [line.split()[1] for line in lines[1:]] == [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "EMAIL_URL",
    ]
