"""Shards: batches of new documents with their terms, kept until a version holds them.

A shard is named by what is in it and by the tokenizer, so a build that was killed finds the shards
that it had finished, whatever else changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..files import replace_whole
from .documents import Document
from .near import signatures
from .terms import TermTable, table_of
from .tokenise import tokenizer

if TYPE_CHECKING:
    import numpy.typing as npt

SHARD_DOCUMENTS: Final = 1000
"""Documents per shard: a few seconds of work, which is what a killed build loses at most twice."""


class Shard(NamedTuple):
    """The terms and MinHash signatures of a batch of documents, in their order."""

    terms: TermTable
    signatures: npt.NDArray[Any]


def shard_name(fingerprint: str, digests: Sequence[bytes]) -> str:
    """The name of the shard of these documents, split by that tokenizer."""
    return hashlib.sha256(fingerprint.encode() + b"\0" + b"".join(digests)).hexdigest()[:32]


def write_documents(file: Path, lines: Sequence[bytes]) -> None:
    """Put the documents of a shard, one JSON line each, where a worker reads them."""
    replace_whole(file, b"\n".join(lines) + b"\n")


def finish(file: Path, tokenizer_name: str) -> int:
    """Tokenise the documents of ``file`` and write the shard beside it; how many there were."""
    import numpy as np

    split = tokenizer(tokenizer_name)
    texts = [
        Document.model_validate_json(line).text
        for line in file.read_bytes().split(b"\n")
        if line.strip()
    ]
    table = table_of(split(text) for text in texts)
    vocabulary = json.dumps(table.vocabulary, ensure_ascii=False).encode("utf-8", "surrogatepass")
    target = file.with_suffix(".npz")
    part = target.with_suffix(f".{os.getpid()}.tmp")
    with part.open("wb") as stream:
        np.savez(
            stream,
            vocabulary=np.frombuffer(vocabulary, dtype=np.uint8),
            starts=table.starts,
            ids=table.ids,
            counts=table.counts,
            signatures=signatures(texts),
        )
    part.replace(target)
    return len(texts)


def load_shard(file: Path) -> Shard | None:
    """A finished shard; None if it is not there or not whole."""
    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as found:
            vocabulary = json.loads(found["vocabulary"].tobytes().decode("utf-8", "surrogatepass"))
            table = TermTable(tuple(vocabulary), found["starts"], found["ids"], found["counts"])
            return Shard(table, found["signatures"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
