"""Small run directories written by hand, and numbers of YAML cases given as fractions."""

from __future__ import annotations

import ast
import json
import math
import operator
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parents[1] / "evals" / "cases"
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}
_FUNCTIONS = {"ln": math.log, "sqrt": math.sqrt, "abs": abs}


def value_of(written: float | str) -> float:
    """A number, or an expression such as ``(6/7 + 1/2) / 4`` or ``ln(13/7)``."""
    if not isinstance(written, str):
        return float(written)
    return _value(ast.parse(written, mode="eval").body)


def yaml_cases(name: str) -> list[Any]:
    """The cases of ``tests/evals/cases/NAME.yaml``."""
    found: list[Any] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


def write_folder(
    folder: Path,
    records: Iterable[Mapping[str, Any]],
    gold: Iterable[Mapping[str, Any]] = (),
    **about: Any,
) -> Path:
    """A run directory; fields that a record or label leaves out get harmless values."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "key": str(n),
            "case_id": f"c{r.get('index', 0)}",
            "index": 0,
            "arm": "baseline",
            "model": "m",
            "run_id": 0,
            **r,
        }
        for n, r in enumerate(records)
    ]
    labels = [{"case_id": f"c{g.get('index', 0)}", "index": 0, **g} for g in gold]
    (folder / "records.jsonl").write_text(_lines(rows), "utf-8")
    if labels:
        (folder / "gold.jsonl").write_text(_lines(labels), "utf-8")
    given = {"data": "by hand", "runs": 1 + max((r["run_id"] for r in rows), default=0), **about}
    (folder / "run.json").write_text(json.dumps(given, ensure_ascii=False), "utf-8")
    return folder


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.BinOp):
        return float(_OPERATORS[type(node.op)](_value(node.left), _value(node.right)))
    if isinstance(node, ast.UnaryOp):
        return float(_OPERATORS[type(node.op)](_value(node.operand)))
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return float(_FUNCTIONS[node.func.id](*map(_value, node.args)))
