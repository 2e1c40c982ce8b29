import pytest
from support.decided_cases import documents

from nolle.retrieval.build import build_index
from nolle.retrieval.index import open_index


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus") / "index"
    build_index(documents(), folder, processes=1)
    return folder


@pytest.fixture(scope="session")
def index(corpus):
    with open_index(corpus) as opened:
        yield opened
