"""Uploaded files on S3-compatible storage, for a site on several machines (extra ``s3``)."""

from urllib.parse import quote

from django.conf import settings
from storages.backends.s3 import S3Storage


class ObjectStorage(S3Storage):
    """
    Files in a bucket, at the same addresses as those in a folder: the web server in front fetches
    what is below MEDIA_URL from there, so that readers ask nobody but this site.
    """

    file_overwrite = False
    default_acl = None
    querystring_auth = False

    def url(self, name: str, *args: object, **kwargs: object) -> str:
        return settings.MEDIA_URL + quote(name)
