import os
import sys
from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest

from nolle.errors import ConfigError
from nolle.retrieval.embeddings import Embedder, open_embedder


class Model:
    """Stands in for sentence_transformers.SentenceTransformer."""

    made: ClassVar[list[tuple[str, dict, str | None]]] = []

    def __init__(self, path: str, **options) -> None:
        self.made.append((path, options, os.environ.get("HF_HUB_OFFLINE")))
        if path.endswith("broken"):
            raise OSError("no config.json\nin there")

    def get_sentence_embedding_dimension(self) -> int:
        return 2

    def encode(self, texts, **options):
        assert options["normalize_embeddings"]
        return np.array([[1.0, 0.0] for _ in texts])


@pytest.fixture
def package(monkeypatch):
    module = ModuleType("sentence_transformers")
    module.SentenceTransformer = Model
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(Model, "made", [])


def test_a_model_of_a_folder_is_used_without_the_hub(package, tmp_path) -> None:
    (tmp_path / "config.json").write_text("{}")
    embedder = open_embedder(f"st:{tmp_path}")
    ((path, options, offline),) = Model.made
    assert path == str(tmp_path)
    assert options == {"local_files_only": True, "trust_remote_code": False}
    assert offline == "1"
    assert "HF_HUB_OFFLINE" not in os.environ
    assert isinstance(embedder, Embedder)
    assert embedder.dimensions == 2
    assert embedder.embed_documents(["一", "二"]).dtype == np.float32
    assert embedder.embed_query("一").tolist() == [1.0, 0.0]
    assert embedder.embed_documents([]).shape == (0, 2)


def test_another_model_has_another_fingerprint(package, tmp_path) -> None:
    (tmp_path / "config.json").write_text("{}")
    before = open_embedder(f"st:{tmp_path}").fingerprint
    assert open_embedder(f"st:{tmp_path}").fingerprint == before
    (tmp_path / "weights").write_bytes(b"x")
    assert open_embedder(f"st:{tmp_path}").fingerprint != before


@pytest.mark.parametrize("name", ["BAAI/bge-small-zh", "/nowhere/model"])
def test_the_name_of_a_hub_is_never_looked_up(package, name) -> None:
    with pytest.raises(ConfigError, match="not a folder"):
        open_embedder(f"st:{name}")
    assert Model.made == []


def test_a_folder_that_is_no_model(package, tmp_path) -> None:
    (tmp_path / "broken").mkdir()
    with pytest.raises(ConfigError, match="cannot be loaded \\(OSError\\)") as caught:
        open_embedder(f"st:{tmp_path / 'broken'}")
    assert "\n" not in str(caught.value)


def test_without_the_package(monkeypatch, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ConfigError, match="pip install sentence-transformers"):
        open_embedder(f"st:{tmp_path}")
