import gc

import pytest

from tests.factories import make_user


def pytest_collection_finish():
    """What was imported stays to the end: the collector need not look through it every time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def fast_and_private(settings, tmp_path):
    """Cheap password hashes, and uploads in a folder of the test's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"


def signed_in(client, role):
    user = make_user(role, username=role.lower())
    client.force_login(user)
    return user


@pytest.fixture
def reporter(client):
    return signed_in(client, "Reporter")


@pytest.fixture
def editor(client):
    return signed_in(client, "Editor")


@pytest.fixture
def moderator(client):
    return signed_in(client, "Moderator")
