import pytest


@pytest.fixture(autouse=True)
def fast_and_private(settings, tmp_path):
    """Cheap password hashes, and uploads in a folder of the test's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
