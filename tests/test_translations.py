"""
Every sentence that a reader can meet is there in Spanish, Arabic and Simplified Chinese.

What only the staff reads (``STAFF``: the admin and what models say in it) may be missing: it is
then shown in the words of Django's own catalogs, or in English.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.template import engines
from django.utils import translation

ROOT = Path(__file__).parent.parent
LANGUAGES = ["es", "ar", "zh_Hans"]
STAFF = re.compile(
    r"templates/(admin/|emails/step)|newsroom/dashboard\w*\.py$|"
    r"\w+/(models/.*|models|admin|admin_\w+|\w+_admin|article_form|article_list|autosaving|"
    r"body_input|bulk_actions|buttons|checklist|conflicts|former_addresses|history|library|"
    r"link_checks|moments|notices|outline|pictures|presence|roles|standing)\.py$"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def catalog(language: str, root: Path = ROOT) -> polib.POFile:
    return polib.pofile(str(root / f"locale/{language}/LC_MESSAGES/django.po"))


def is_for_readers(entry: polib.POEntry) -> bool:
    return not all(STAFF.match(path) for path, _line in entry.occurrences)


def for_readers(language: str) -> list[polib.POEntry]:
    """What readers meet: all that stands anywhere but in the files of ``STAFF``."""
    return [entry for entry in catalog(language) if not entry.obsolete and is_for_readers(entry)]


def forms(entry: polib.POEntry) -> list[str]:
    """The translation: one text, or one for each plural form of the language."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_for_readers_is_missing_or_fuzzy(language):
    entries = for_readers(language)
    assert len(entries) > 100
    assert [
        entry.msgid for entry in entries if "fuzzy" in entry.flags or not all(forms(entry))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_of_the_language_is_there(language):
    wanted = int(re.search(r"nplurals=(\d)", catalog(language).metadata["Plural-Forms"])[1])
    assert wanted == {"es": 3, "ar": 6, "zh_Hans": 1}[language]
    plural = [entry for entry in for_readers(language) if entry.msgid_plural]
    assert plural
    assert {len(forms(entry)) for entry in plural} == {wanted}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_later_has_its_place_in_every_translation(language):
    """In a plural form the number itself may be a word: “two comments” is one in Arabic."""
    for entry in catalog(language):
        wanted = set(PLACEHOLDER.findall(entry.msgid))
        for form in filter(None, forms(entry)):
            found = set(PLACEHOLDER.findall(form))
            assert found <= wanted if entry.msgid_plural else found == wanted, entry.msgid
            assert form.count("<bdi>") == form.count("</bdi>") == entry.msgid.count("<bdi>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalog_says_the_same(language):
    """A fresh clone has no gettext tools, so what they make is kept beside its source."""
    folder = ROOT / f"locale/{language}/LC_MESSAGES"
    compiled = {
        (entry.msgctxt, entry.msgid): forms(entry)
        for entry in polib.mofile(str(folder / "django.mo"))
    }
    written = {
        (entry.msgctxt, entry.msgid): forms(entry)
        for entry in catalog(language).translated_entries()
    }
    assert compiled == written, "run “make messages”"


@pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext (apt: gettext) is not installed")
def test_the_catalogs_know_every_text_of_the_code(tmp_path):
    """Written afresh from code and templates, they have the same texts as before."""
    for name in ("articles", "comments", "newsroom", "templates", "locale"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    languages = [f"--locale={language}" for language in LANGUAGES]
    subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", "makemessages", "--no-obsolete", *languages],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    for language in LANGUAGES:
        fresh, kept = (
            {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in found}
            for found in (catalog(language, tmp_path), catalog(language))
        )
        assert fresh == kept, "run “make messages” and translate what is new"


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("en-gb", {0: "0 comments", 1: "1 comment", 2: "2 comments", 1234: "1,234 comments"}),
        ("es", {1: "1 comentario", 2: "2 comentarios", 1234: "1\u00a0234 comentarios"}),
        (
            "ar",
            {
                **{0: "لا تعليقات", 1: "تعليق واحد", 2: "تعليقان", 3: "3 تعليقات"},
                **{11: "11 تعليقًا", 100: "100 تعليق", 1234: "1,234 تعليقًا"},
            },
        ),
        ("zh-hans", {1: "1 条评论", 2: "2 条评论", 12345: "12,345 条评论"}),
    ],
)
def test_comments_are_counted_as_the_language_counts(language, counted):
    source = (
        "{% load i18n humanize %}{% blocktranslate count count=count with total=count|intcomma %}"
        "{{ total }} comment{% plural %}{{ total }} comments{% endblocktranslate %}"
    )
    assert source.partition("%}")[2] in (ROOT / "templates/comments/_section.html").read_text()
    template = engines["django"].from_string(source)
    with translation.override(language):
        assert {count: template.render({"count": count}) for count in counted} == counted
