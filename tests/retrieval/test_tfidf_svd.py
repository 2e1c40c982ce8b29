import json
import pickle
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nolle.errors import ConfigError, InputError
from nolle.retrieval import tfidf_svd
from nolle.retrieval.conduct import conduct
from nolle.retrieval.embeddings import Embedder, open_embedder
from nolle.retrieval.ngrams import SHIFT, count

pytestmark = pytest.mark.skipif(
    find_spec("sklearn") is None,
    reason="scikit-learn is not installed: pip install 'nolle[dense]'",
)

THEFT = (
    "被告人王某某于2021年3月{}日在超市内趁人不备，窃取他人手机一部，价值人民币3000元，后逃离现场。"
)
INJURY = "被告人李某甲于2020年5月{}日因琐事与邻居发生争吵，持木棍击打对方头部，致其轻伤二级。"
DRIVING = "被告人赵X于2019年7月{}日饮酒后驾驶小型轿车上路，被交警查获，血液酒精含量为150mg/100ml。"
KINDS = (THEFT, INJURY, DRIVING)
TEXTS = [kind.format(day) for day in range(1, 11) for kind in KINDS]


@pytest.fixture(scope="module")
def embedder():
    return tfidf_svd.fit(TEXTS)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("被告人王某某于2021年3月4日窃取手机。", "被告人 于 年 月 日窃取手机"),
        ("李××持刀伤人，赵X报警", "持刀伤人 报警"),
        ("张某丙窃取手机，上述事实，被告人无异议。", "窃取手机"),
        ("窃取电动车一辆。证人钱某的证言证实了这一点。", "窃取电动车一辆"),
        ("公诉机关认为证据确实。", "公诉机关认为证据确实"),
        ("", ""),
    ],
)
def test_what_is_left_of_a_text(text, left) -> None:
    assert conduct(text) == left


@given(st.text(alphabet="窃取手机某。，；X1 \n", max_size=60))
def test_only_chinese_words_are_left(text) -> None:
    left = conduct(text)
    assert left == left.strip()
    assert all(c == " " or "\u4e00" <= c <= "\u9fff" for c in left)


def _plain(text: str) -> dict[int, int]:
    counts: dict[int, int] = {}
    for i, c in enumerate(text):
        if c in " \n":
            continue
        counts[ord(c)] = counts.get(ord(c), 0) + 1
        if i + 1 < len(text) and text[i + 1] not in " \n":
            code = ((ord(c) + 1) << SHIFT) + ord(text[i + 1])
            counts[code] = counts.get(code, 0) + 1
    return counts


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="盗窃手机 \n𠀀a", max_size=12), min_size=1, max_size=6))
def test_counts_equal_those_of_a_plain_loop(texts) -> None:
    found: list[dict[int, int]] = [{} for _ in texts]
    for row, code, many in zip(*count(texts), strict=True):
        found[row][int(code)] = int(many)
    assert found == [_plain(text) for text in texts]


def test_vectors_have_unit_length_and_like_is_near_like(embedder) -> None:
    vectors = embedder.embed_documents(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    likeness = vectors @ vectors.T
    kinds = np.arange(len(TEXTS)) % len(KINDS)
    same = kinds[:, None] == kinds[None, :]
    assert likeness[same].min() > likeness[~same].max()
    assert isinstance(embedder, Embedder)


def test_names_dates_and_figures_do_not_count(embedder) -> None:
    one = embedder.embed_query("被告人王某某于2021年3月4日窃取他人手机一部。")
    other = embedder.embed_query("被告人孙某于2009年11月24日窃取他人手机一部。")
    assert one == pytest.approx(other, abs=1e-6)


def test_a_query_is_embedded_as_the_same_document(embedder) -> None:
    assert embedder.embed_query(TEXTS[4]) == pytest.approx(embedder.embed_documents(TEXTS)[4])


@pytest.mark.parametrize("text", ["", "   ", "12345", "abc", "\U0001f600", "\ud800"])
def test_a_text_without_words_is_all_zero(embedder, text) -> None:
    assert not embedder.embed_query(text).any()


def test_the_same_corpus_gives_the_same_embedder(embedder) -> None:
    assert tfidf_svd.fit(TEXTS).fingerprint == embedder.fingerprint
    assert tfidf_svd.fit(TEXTS[:-3]).fingerprint != embedder.fingerprint


def test_a_sample_is_drawn_by_the_seed() -> None:
    how = tfidf_svd.Fit(sample=12, seed=1)
    assert tfidf_svd.fit(TEXTS, how).fingerprint == tfidf_svd.fit(TEXTS, how).fingerprint


@pytest.mark.parametrize("texts", [[], [""], ["1234 abc"]])
def test_nothing_to_embed_is_refused(texts) -> None:
    with pytest.raises(InputError, match="no words to embed"):
        tfidf_svd.fit(texts)


@pytest.mark.parametrize("many", [1, 2, 3])
def test_a_tiny_corpus_can_be_embedded(many) -> None:
    vectors = tfidf_svd.fit(TEXTS[:many]).embed_documents(TEXTS[:many])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_saved_and_loaded_it_is_the_same(embedder, tmp_path) -> None:
    embedder.save(tmp_path)
    loaded = tfidf_svd.load(tmp_path)
    assert loaded.fingerprint == embedder.fingerprint
    assert (loaded.embed_documents(TEXTS) == embedder.embed_documents(TEXTS)).all()
    assert open_embedder("offline", folder=tmp_path).fingerprint == embedder.fingerprint


class Bomb:
    def __reduce__(self):
        return exec, ("raise SystemExit('code of a foreign index was run')",)


def pickled(folder) -> None:
    array = np.array([Bomb()], dtype=object)
    arrays = dict.fromkeys(("codes", "weights", "turn"), array)
    np.savez(folder / tfidf_svd.ARRAYS, allow_pickle=True, **arrays)


def altered(folder) -> None:
    with np.load(folder / tfidf_svd.ARRAYS) as saved:
        arrays = dict(saved)
    np.savez(folder / tfidf_svd.ARRAYS, **{**arrays, "turn": arrays["turn"] * 2})


def misshapen(folder) -> None:
    with np.load(folder / tfidf_svd.ARRAYS) as saved:
        arrays = dict(saved)
    np.savez(folder / tfidf_svd.ARRAYS, **{**arrays, "weights": arrays["weights"][:-1]})


def truncated(folder) -> None:
    path = folder / tfidf_svd.ARRAYS
    path.write_bytes(path.read_bytes()[:1000])


def other_format(folder) -> None:
    path = folder / tfidf_svd.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (pickled, "damaged embedder"),
        (lambda f: (f / tfidf_svd.ARRAYS).write_bytes(pickle.dumps(Bomb())), "damaged embedder"),
        (altered, "altered"),
        (misshapen, "shapes"),
        (truncated, "damaged embedder"),
        (other_format, "another format"),
        (lambda f: (f / tfidf_svd.MANIFEST).write_text("{"), "damaged embedder"),
        (lambda f: (f / tfidf_svd.MANIFEST).write_text("[]"), "damaged embedder"),
        (lambda f: (f / tfidf_svd.ARRAYS).unlink(), "no embedder"),
        (lambda f: (f / tfidf_svd.MANIFEST).unlink(), "no embedder"),
    ],
)
def test_a_damaged_or_foreign_embedder_is_refused(embedder, tmp_path, harm, told) -> None:
    embedder.save(tmp_path)
    harm(tmp_path)
    with pytest.raises(ConfigError, match=told) as caught:
        tfidf_svd.load(tmp_path)
    assert "\n" not in str(caught.value)
