import pytest

from tests.corpora.files import SHARED


def pytest_collection_modifyitems(items):
    if not SHARED.exists():
        for item in items:
            if "corpora" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason=f"no test corpora at {SHARED}"))
