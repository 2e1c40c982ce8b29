"""The page for people: its files, and the case text with the places of its quotes.

The files lie under a path that names their content, so that browsers may keep them for good and
never mix two versions; the page itself is asked for anew each time.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ..cases.models import FIELDS, Case, Frozen
from . import web_words, worker
from .engine import Engine
from .faults import NotFound
from .highlight import passages, pieces
from .page import TEMPLATES
from .rest import ERRORS, ReviewId, engine_of, owner_of
from .store import Status

FOLDER = Path(__file__).parent / "web"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
RECORD = {"id", "meta", "person_info", "procedure", "fact"}
"""The keys of a case that may be sent in again."""
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
router = APIRouter()


class Site(NamedTuple):
    """The page and the files that it loads by name; ``version`` stands in their path."""

    version: str
    page: bytes
    files: dict[str, bytes]


class Title(Frozen):
    """What a list of reviews tells them apart by."""

    names: tuple[str, ...]
    charges: tuple[str, ...]


@cache
def site() -> Site:
    """Everything that the page consists of."""
    files = {
        path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS
    }
    files["house.css"] = (TEMPLATES / "page.css.j2").read_bytes()
    files["words.json"] = json.dumps(web_words.words(), ensure_ascii=False).encode()
    index = (FOLDER / "index.html").read_bytes()
    version = hashlib.sha256(b"\0".join((index, *files.values()))).hexdigest()[:16]
    return Site(version, index.replace(b"{version}", version.encode()), files)


@router.get("/", include_in_schema=False)
async def get_index(request: Request) -> Response:
    """The page."""
    tag = f'"{site().version}"'
    headers = {"cache-control": ASK_AGAIN, "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(site().page, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/favicon.ico", include_in_schema=False)
async def get_icon() -> Response:
    """The icon, for browsers that ask for it without being told."""
    return _file("icon.svg", ASK_AGAIN)


@router.get("/static/{version}/{name}", include_in_schema=False)
async def get_file(version: str, name: str) -> Response:
    """One file of the page."""
    if version != site().version or name not in site().files:
        raise NotFound("no such file: load the page again")
    return _file(name, FOR_GOOD)


@router.get(
    "/v1/reviews/{review_id}/text",
    summary="The case with the places of its quotes",
    tags=["page"],
    responses=ERRORS,
)
async def get_text(request: Request, review_id: ReviewId) -> dict[str, Any]:
    """The case as a record, and each of its texts in pieces: which quotes cover a piece (by their
    number), which begin and end there, and which checks quote it."""
    engine = engine_of(request)
    record = engine.found(review_id, owner_of(request))
    case = Case.model_validate(engine.store.case(record.id))
    review = worker.review_of(worker.unpack(engine.done(record)))
    found = passages(review, case)
    fields = {}
    for name in FIELDS:
        cut = pieces(case.text_of(name), [p for p in found.values() if p.field == name])
        fields[name] = [
            {
                "text": piece.text,
                "quotes": [p.number for p in piece.covering],
                "begins": [p.number for p in piece.covering if p.start == piece.start],
                "ends": [p.number for p in piece.ends],
                "checks": list(piece.checks),
            }
            for piece in cut
        ]
    return {
        "review_id": record.id,
        "case": case.model_dump(mode="json", include=RECORD),
        "fields": fields,
        "quotes": [
            {"number": p.number, "field": p.field, "start": p.start, "end": p.end}
            for p in found.values()
        ],
    }


@router.get("/v1/titles", summary="What your reviews are about", tags=["page"], responses=ERRORS)
async def get_titles(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[float | None, Query(description="As next of the page before.")] = None,
) -> dict[str, Title]:
    """Names and charges of the reviews that ``GET /v1/reviews`` lists, by their ids; one that has
    no result yet is left out."""
    engine, owner = engine_of(request), owner_of(request)

    def read() -> dict[str, Title]:
        found = engine.store.history(owner, limit, before)
        return {r.id: _title(engine, r.id) for r in found if r.status is Status.DONE}

    return await asyncio.to_thread(read)


@lru_cache(maxsize=4096)
def _title(engine: Engine, review_id: str) -> Title:
    packed = engine.store.result(review_id)
    outcomes = worker.unpack(packed)["outcomes"] if packed else []
    return Title(
        names=tuple(outcome["name"] for outcome in outcomes),
        charges=tuple(dict.fromkeys(c for outcome in outcomes for c in outcome["charges"])),
    )


def _file(name: str, kept: str) -> Response:
    kind = KINDS[Path(name).suffix]
    return Response(site().files[name], media_type=kind, headers={"cache-control": kept})
