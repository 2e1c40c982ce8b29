"""The first half of a build: which documents are new, and their shards, finished by workers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Final, NamedTuple

from .documents import Document, digest
from .shard_worker import Workers
from .shards import SHARD_DOCUMENTS, finish, load_shard, shard_name, write_documents

OLD: Final = -1
"""The shard number of what the former version holds."""

Progress = Callable[[int], None]


class Place(NamedTuple):
    """Where a document is found: its shard (or :data:`OLD`), its position there, its content."""

    shard: int
    position: int
    digest: bytes


class Intake:
    """Takes documents one by one and leaves finished shards in a folder.

    ``places`` says for each id where its last content stands. One shard alone is split in this
    process, for workers take a second to start.
    """

    def __init__(
        self, folder: Path, tokenizer: str, fingerprint: str, processes: int, progress: Progress
    ) -> None:
        self.places: dict[str, Place] = {}
        self.files: list[Path] = []
        self.added = self.replaced = self.unchanged = self.reused = 0
        self._folder = folder
        self._tokenizer = tokenizer
        self._fingerprint = fingerprint
        self._processes = processes
        self._lines: list[bytes] = []
        self._digests: list[bytes] = []
        self._waiting: Path | None = None
        self._workers: Workers | None = None
        self._running: set[Future[None]] = set()
        self._progress = progress
        self._done = 0
        self._lock = threading.Lock()

    def take(self, documents: Iterable[Document], counted: bool = True) -> None:
        """Take documents; a known id with other content takes the place of what it was.

        Documents that are only split again are not ``counted``.
        """
        for document in documents:
            line = document.model_dump_json().encode()
            content = digest(line)
            known = self.places.get(document.id)
            same = known is not None and known.digest == content
            if counted:
                self.unchanged += same
                self.replaced += known is not None and not same
                self.added += known is None
            if same:
                self._advance(1)
                continue
            self.places[document.id] = Place(len(self.files), len(self._lines), content)
            self._lines.append(line)
            self._digests.append(content)
            if len(self._lines) == SHARD_DOCUMENTS:
                self._seal()

    def end(self) -> None:
        """Wait until every shard is finished."""
        self._seal()
        if self._waiting is not None:
            if self._workers is None:
                self._advance(finish(self._waiting, self._tokenizer))
            else:
                self._send(self._waiting)
            self._waiting = None
        while self._running:
            self._collect()

    def close(self) -> None:
        """End the workers."""
        if self._workers is not None:
            self._workers.close()

    def _seal(self) -> None:
        if not self._lines:
            return
        file = self._folder / f"{shard_name(self._fingerprint, self._digests)}.jsonl"
        self.files.append(file)
        if file.exists() and load_shard(file.with_suffix(".npz")) is not None:
            self.reused += 1
            self._advance(len(self._lines))
        else:
            write_documents(file, self._lines)
            if self._waiting is not None:
                self._send(self._waiting)
            self._waiting = file
        self._lines, self._digests = [], []

    def _send(self, file: Path) -> None:
        if self._processes < 2:
            self._advance(finish(file, self._tokenizer))
            return
        self._workers = self._workers or Workers(self._tokenizer, self._processes)
        while len(self._running) >= 2 * self._processes:
            self._collect()
        self._running.add(self._workers.submit(file, self._advance))

    def _collect(self) -> None:
        done, self._running = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()

    def _advance(self, count: int) -> None:
        with self._lock:
            self._done += count
            self._progress(self._done)
