"""Static files in production: one small style sheet, hashed names, compressed copies."""

import re
from collections.abc import Iterator
from typing import Any

import rcssmin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "site.css"
IMPORT = re.compile(r'@import url\("([^"]+)"\);')


class StaticStorage(CompressedManifestStaticFilesStorage):
    """
    Puts the files that ``site.css`` imports in their place and minifies the result, so that a page
    asks for one sheet while each component keeps a file of its own.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator:
        if not dry_run and SHEET in paths:
            whole = IMPORT.sub(lambda found: self._text(found[1]), self._text(SHEET))
            self.delete(SHEET)
            self._save(SHEET, ContentFile(rcssmin.cssmin(whole).encode()))
            paths = paths | {SHEET: (self, SHEET)}
        yield from super().post_process(paths, dry_run, **options)

    def _text(self, name: str) -> str:
        with self.open(name) as file:
            return file.read().decode()
