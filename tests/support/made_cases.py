"""Cases made from the shipped examples, each with an id and a text of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples" / "cases"
ANSWER = """【适用法条】
刑法：第二百六十四条
刑事诉讼法：第一百七十六条

【审查分析】
事实清楚，证据确实、充分。

【最终结论】
决定：起诉"""


def rows(count: int) -> list[dict[str, Any]]:
    """So many labelled records with one suspect each; ``卷宗编号N。`` tells them apart."""
    shipped = [json.loads(file.read_text("utf-8")) for file in sorted(EXAMPLES.glob("*.json"))]
    single = [row for row in shipped if len(row.get("defendants") or [0]) == 1]
    found = []
    for number in range(count):
        row = {**single[number % len(single)], "id": f"made-{number}"}
        row["procedure"] = f"{row['procedure']}\n卷宗编号{number}。"
        found.append(row)
    return found


def write(path: Path, count: int) -> Path:
    """The records as JSON lines."""
    lines = (json.dumps(row, ensure_ascii=False) for row in rows(count))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
