"""Reading what clients send: JSON, or an uploaded file with form fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..cases.models import Case
from ..errors import InputError
from .engine import Engine
from .rest_models import Given, ReviewRequest

if TYPE_CHECKING:
    from fastapi import Request

M = TypeVar("M", bound=BaseModel)
MULTIPART_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "txt, md, docx or json"},
        "model": {"type": "string"},
        "overrides": {"type": "string", "description": "a JSON object"},
        "today": {"type": "string", "format": "date"},
        "wait": {"type": "boolean"},
    },
}


async def review_request(request: Request, engine: Engine) -> tuple[ReviewRequest, Case]:
    """The request for a review and its case, from JSON or from a form. Raises InputError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _from_form(request, engine)
    if kind not in ("application/json", ""):
        raise InputError(f"content type {kind[:80]!r}: send application/json or a form with a file")
    asked = parse(ReviewRequest, await request.body())
    return asked, await case_of(asked, engine)


async def case_of(given: Given, engine: Engine) -> Case:
    """The case of a request. Raises InputError unless it has exactly one, and a usable one."""
    if (given.case is None) == (given.text is None):
        raise InputError("a request needs a case: send either case (a record) or text")
    return await engine.read(record=given.case, text=given.text)


def parse(kind: type[M], body: bytes) -> M:
    """The model that a JSON body spells; InputError in one line otherwise."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise InputError(in_line(error)) from None


def in_line(error: ValidationError) -> str:
    """One line for what does not fit: where, and why; never the value itself."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(said(item) for item in found[:5])


def said(item: Mapping[str, Any]) -> str:
    """One line for one thing that does not fit."""
    where = ".".join(str(part) for part in item["loc"]) or "body"
    return f"{where[:80]}: {item['msg']}"


def day_of(text: str | None) -> date:
    """A day given as YYYY-MM-DD, by default today; InputError otherwise."""
    if not text:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"date {text[:40]!r} is no day: write it as YYYY-MM-DD") from None


async def _from_form(request: Request, engine: Engine) -> tuple[ReviewRequest, Case]:
    from starlette.datastructures import UploadFile
    from starlette.exceptions import HTTPException
    from starlette.formparsers import MultiPartException

    try:
        form = await request.form(max_files=1, max_fields=10)
    except (MultiPartException, HTTPException, ValueError):
        raise InputError("the form cannot be read: send one file and plain fields") from None
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise InputError("no file in the form: send the document as the field file")
    fields = {k: v for k, v in form.items() if isinstance(v, str) and v and k != "file"}
    plain = {k: v for k, v in fields.items() if k != "overrides"}
    try:
        asked = ReviewRequest.model_validate({"text": "-", **plain})
        if "overrides" in fields:
            changes = ReviewRequest.model_validate_json(f'{{"overrides": {fields["overrides"]}}}')
            asked = asked.model_copy(update={"overrides": changes.overrides})
    except ValidationError as error:
        raise InputError(in_line(error)) from None
    data = await file.read()
    return asked, await engine.read(data=data, name=file.filename or "case")
