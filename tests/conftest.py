import os

import pytest
from support.decided_cases import documents

from nolle.retrieval.build import build_index
from nolle.retrieval.index import open_index

SLOW = os.environ.get("CI") == "true" or bool(os.environ.get("NOLLE_SLOW"))


def pytest_collection_modifyitems(items):
    """Long tests are for CI, so that the suite on a desk ends within minutes."""
    if not SLOW:
        skip = pytest.mark.skip(reason="slow: runs with CI=true or NOLLE_SLOW=1")
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus") / "index"
    build_index(documents(), folder, processes=1)
    return folder


@pytest.fixture(scope="session")
def index(corpus):
    with open_index(corpus) as opened:
        yield opened


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of its own, and no settings of the user's."""
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    for name in ("NOLLE_DEBUG", "NOLLE_MODEL", "NOLLE_REDACT"):
        monkeypatch.delenv(name, raising=False)
