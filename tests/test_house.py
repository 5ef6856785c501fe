"""The rules of the house that a machine can hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "articles": {"articles"},
    "comments": {"comments", "articles"},
    "newsroom": {"newsroom", "comments", "articles"},
}


def imported(path: Path) -> set[str]:
    """The top-level packages that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in {path}"
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_go_from_newsroom_to_comments_to_articles(room):
    for path in (ROOT / room).rglob("*.py"):
        wrong = imported(path) & set(MAY_IMPORT) - MAY_IMPORT[room]
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_no_module_is_named_for_nothing_in_particular():
    names = {"utils.py", "helpers.py", "common.py", "services.py", "misc.py"}
    assert not [
        path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py") if path.name in names
    ]


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_pins_every_package_by_hash_and_names_no_address(lock):
    text = (ROOT / lock).read_text()
    packages = re.findall(r"^[a-z0-9._\[\],-]+==\S+.*\\$", text, re.MULTILINE | re.IGNORECASE)
    assert len(packages) > 10
    assert len(re.findall(r"\\\n    --hash=sha256:[0-9a-f]{64}", text)) >= len(packages)
    assert "://" not in text
    assert "--index" not in text


def test_templates_have_no_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        scripts = re.findall(r"<script[^>]*>", text)
        assert all(" src=" in tag or "application/ld+json" in tag for tag in scripts), path


def test_no_file_is_larger_than_a_megabyte():
    command = ["git", "ls-files", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    files = [path for name in listing.stdout.split("\0") if (path := ROOT / name).is_file()]
    sizes = {path.name: path.stat().st_size for path in files}
    assert all(size < 1_000_000 for size in sizes.values()), sizes
