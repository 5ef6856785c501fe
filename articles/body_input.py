"""The input of a body in the admin: the editor, with its dialogs and all that they say."""

from typing import Any

from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import ImportMap, Media, Script

from articles.models.articles import WORD, WORDS_PER_MINUTE
from articles.pictures import MAX_BYTES
from articles.search_words import MAX_TEXT

# Modules import each other by these names, which the import map leads to the hashed files.
MODULES = [
    f"articles/{name}.js"
    for name in ("editor", "blocks", "paste", "dialogs", "pictures", "links", "find", "count")
]


class BodyInput(AdminProseEditorWidget):
    """A text area that the editor takes the place of; ``user`` is who writes in it."""

    template_name = "admin/articles/body_input.html"

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def media(self) -> Media:
        return super().media + Media(
            css={"all": ["articles/editor.css"]},
            importmap=ImportMap({name: name for name in MODULES}),
            # The editor would ask for it once it is there itself; so both load at once.
            js=[Script("articles/editor.js", type="module")],
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        may = {
            verb: bool(self.user and self.user.has_perm(f"articles.{verb}_image"))
            for verb in ("add", "view", "change")
        }
        return super().get_context(name, value, attrs) | {
            "may": may,
            "max_bytes": MAX_BYTES,
            "words": {"pattern": WORD.pattern, "minute": WORDS_PER_MINUTE, "limit": MAX_TEXT},
        }
