"""``nolle statutes``: what the data and the imported texts say of an article or a charge."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from .cli_commands import console, parse_day, print_json, progress
from .serving import law, wording
from .statutes import official
from .statutes.check import check_text

STATE_ZH = {"right": "正确", "outdated": "已失效或未施行", "wrong": "错误", "unknown": "无法核对"}


def show(text: str, day_text: str | None, as_json: bool) -> None:
    """Show one article or charge on a day (default today)."""
    day = parse_day(day_text) or date.today()
    data = law.show(text, day)
    if as_json:
        print_json(data)
        return
    screen = console()
    status = {"in_force": "现行有效 in force", **wording.STATUS_ZH}[data["status"]]
    screen.print(f"[bold]{wording.article_zh(data['key'])}[/bold]  {status}  {day.isoformat()}")
    if data["text"]:
        screen.print(data["text"], markup=False)
    for item in data["charges"]:
        names = f"（曾用 {'、'.join(item['former_names'])}）" if item["former_names"] else ""
        screen.print(f"\n[bold]{item['name']}[/bold]{names}")
        for band in item["bands"]:
            screen.print(
                f"  {band['key']}: {band['months']}  {band['condition']}  {band['article']}"
            )
        for row in item["thresholds"]:
            screen.print(f"  {row}", style="dim", markup=False)
    if data["grounds"]:
        screen.print("\n[bold]引用该条的事由 grounds that cite it[/bold]")
        for row in data["grounds"]:
            screen.print(f"  {row['zh']} {row['id']} → {row['decision']}")


def import_texts(path: Path) -> None:
    """Import official texts and say what came in and what was skipped."""
    with progress("importing", None) as advance:
        report = official.import_path(path, None, lambda n, total, name: advance(n, total))
    screen = console()
    screen.print(
        f"{len(report.imported)} imported, {len(report.unchanged)} unchanged, "
        f"{len(report.skipped)} skipped; store: {report.store}"
    )
    for skipped in report.skipped:
        screen.print(f"  skipped {skipped.path}: {skipped.reason}", style="dim", markup=False)


def check(text: str, day_text: str | None, as_json: bool) -> None:
    """Mark each citation of a text on a day (default today)."""
    day = parse_day(day_text) or date.today()
    found = check_text(sys.stdin.read() if text == "-" else text, day)
    if as_json:
        print_json(
            {"date": day.isoformat(), "citations": [c.model_dump(mode="json") for c in found]}
        )
        return
    screen = console()
    if not found:
        screen.print("没有找到条文引用 no citation found")
    colours = {"right": "green", "outdated": "yellow", "wrong": "red", "unknown": "magenta"}
    for item in found:
        instead = f"  → {'、'.join(item.replaced_by)}" if item.replaced_by else ""
        notes = " ".join(filter(None, (item.mismatch, item.note)))
        screen.print(
            f"[{colours[item.state]}]{STATE_ZH[item.state]} {item.state}[/]  "
            f"{item.text}  [dim]{item.key}[/dim]{instead}  {notes}"
        )


def diff(key_text: str, before: str, after: str, as_json: bool) -> None:
    """Print what changed in an article between two days."""
    first, second = parse_day(before), parse_day(after)
    assert first is not None
    assert second is not None
    found = official.diff(law.key_of(key_text), first, second)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    screen = console()
    screen.print(f"[bold]{wording.article_zh(found.key)}[/bold]  {before} → {after}")
    if not found.changed:
        screen.print("没有变化 no change")
    colours = {"+": "green", "-": "red", "=": "dim"}
    for line in (*found.wording, *found.data):
        screen.print(f"{line.op} {line.text}", style=colours[line.op], markup=False)
