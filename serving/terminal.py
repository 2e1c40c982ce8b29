"""A review as people read it in a terminal: decision, the checks with their reasons, outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..cases.findings import Finding, Ground, Outcome, Quote, Review, Sentence
from ..cases.models import Case
from ..cases.vocabulary import VERDICT_ZH, Check, Decision, Verdict
from . import wording
from .similar import searched, similar_table

if TYPE_CHECKING:
    from ..graphs.whatif import Flip, WhatIf

COLOURS = {
    Decision.P: "red",
    Decision.DNP: "green",
    Decision.SNP: "cyan",
    Decision.IENP: "yellow",
    None: "magenta",
}
_FOR_SUSPECT = frozenset({Verdict.INSUFFICIENT, Verdict.NO_CRIME, Verdict.EXCLUDED, Verdict.WAIVED})
QUOTE_LIMIT = 80


def print_review(review: Review, case: Case, console: Console) -> None:
    """Print one review in full."""
    console.print(_headline(review, case))
    people = list(review.outcomes.values())
    if len(people) > 1:
        console.print(_people(people))
    deciding = wording.deciding_outcome(review)
    for outcome in people if len(people) <= 3 else [o for o in people if o is deciding]:
        if len(people) > 1:
            console.rule(f"[bold]{escape(wording.one_line(outcome.name))}", align="left")
        for check in Check:
            if check.value in outcome.checks:
                console.print(_check(check, outcome.checks[check.value]))
        if outcome.sentence:
            console.print(_sentence(outcome.sentence))
    if review.similar:
        console.print(Text("\n类案 Similar cases", style="bold"))
        console.print(Padding(similar_table(review.similar), (0, 0, 0, 2)))
        console.print(Text(f"  {searched(review)}", style="dim"))
    for line in _remarks(review, many=len(people) > 1):
        console.print(line)


def print_table(reviews: Sequence[tuple[str, Review]], console: Console) -> None:
    """One row per case: label, decision, charges, sentence or reason."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("案件 case", "决定 decision", "罪名 charges", "说明 why"):
        table.add_column(heading, overflow="fold")
    for label, review in reviews:
        zh, code, _ = wording.decision_label(review.decision)
        deciding = wording.deciding_outcome(review)
        why = deciding.reasons[0] if deciding and deciding.reasons else ""
        if review.unresolved:
            why = review.unresolved.reason
        elif deciding and deciding.sentence:
            why = wording.sentence_zh(deciding.sentence)
        table.add_row(
            _cell(label, 40),
            Text(f"{zh} {code}", style=COLOURS[review.decision]),
            _cell(wording.charges_zh(review), 40),
            _cell(why, 60),
        )
    console.print(table)
    counts = Counter(review.decision for _, review in reviews)
    tally = [f"{wording.decision_label(d)[0]} {counts[d]}" for d in COLOURS if counts[d]]
    console.print(Text(f"共 {len(reviews)} 件 cases: {'，'.join(tally)}", style="dim"))


def print_whatif(result: WhatIf, console: Console) -> None:
    """The decision before and after the assumed changes, and what differs."""
    before, after = (wording.decision_label(r.decision) for r in (result.before, result.after))
    changes = wording.one_line("，".join(f"{k}={v}" for k, v in result.changes.items()))
    line = Text.assemble(
        (f"{before[0]} {before[1]}", COLOURS[result.before.decision]),
        "  →  ",
        (f"{after[0]} {after[1]}", f"bold {COLOURS[result.after.decision]}"),
    )
    console.print(Panel(line, title=escape(f"假定 what if: {changes}"), title_align="left"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("谁 who", "事项 what", "原来 before", "改变后 after"):
        table.add_column(heading, overflow="fold")
    # With one defendant the case-level rows only repeat the rows of that defendant.
    single = len(result.before.outcomes) == 1 == len(result.after.outcomes)
    theirs = {item.what for item in result.differences if item.defendant}
    for item in result.differences:
        if single and item.defendant is None and item.what in theirs:
            continue
        before_text, after_text = wording.difference_zh(item.what, item.before, item.after)
        name = wording.WHAT_ZH.get(item.what, "")
        cells = (item.defendant or "全案 case", f"{name} {item.what}", before_text, after_text)
        table.add_row(*map(_cell, cells))
    console.print(table if result.differences else "没有差别 no difference")


def print_flips(flips: Sequence[Flip], review: Review, console: Console) -> None:
    """Which single circumstances would change the decision."""
    zh, code, _ = wording.decision_label(review.decision)
    console.print(Text.assemble("现在 now: ", (f"{zh} {code}", f"bold {COLOURS[review.decision]}")))
    if not flips:
        console.print("没有任何单一情节会改变决定 no single circumstance changes the decision")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("情节 circumstance", "设为 set to", "决定 decision"):
        table.add_column(heading)
    for flip in flips:
        after = Decision(flip.after) if flip.after else None
        zh, code, _ = wording.decision_label(after)
        decision = Text(f"{zh} {code}", style=COLOURS[after])
        table.add_row(_cell(f"{flip.zh} {flip.circumstance}"), flip.value, decision)
    console.print(table)


def _headline(review: Review, case: Case) -> Panel:
    zh, code, english = wording.decision_label(review.decision)
    colour = COLOURS[review.decision]
    deciding = wording.deciding_outcome(review)
    lines: list[RenderableType] = [
        Text.assemble((f"{zh}", f"bold {colour}"), (f"  {code}  {english}", colour))
    ]
    reasons = deciding.reasons if deciding else ()
    if review.unresolved:
        reasons = (
            f"{review.unresolved.node}/{review.unresolved.code}: {review.unresolved.reason}",
        )
    confidence = wording.confidence_of(deciding) if deciding else None
    basis = f"law of {wording.law_date(review, case) or 'today'}, model {review.model}"
    if confidence is not None:
        basis = f"置信度 confidence {confidence:.0%}, {basis}"
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in (
        ("理由", "；".join(reasons)),
        ("罪名", wording.charges_zh(review) or "未能确定"),
        ("法条", "、".join(map(wording.article_zh, review.articles))),
        ("依据", basis),
    ):
        if value:
            grid.add_row(name, _cell(value))
    lines.append(grid)
    title = escape(wording.one_line(review.id or "case", 60))
    return Panel(Group(*lines), title=title, title_align="left", border_style=colour)


def _people(outcomes: Iterable[Outcome]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("人 person", "作用 role", "罪名 charges", "决定 decision", "量刑 sentence"):
        table.add_column(heading, overflow="fold")
    for outcome in outcomes:
        zh, code, _ = wording.decision_label(outcome.decision)
        table.add_row(
            _cell(outcome.name, 30),
            outcome.role.zh if outcome.role else "—",
            _cell("、".join(outcome.charges) or "—"),
            Text(f"{zh} {code}", style=COLOURS[outcome.decision]),
            wording.sentence_zh(outcome.sentence) if outcome.sentence else "—",
        )
    return table


def _check(check: Check, finding: Finding) -> Padding:
    colour = "green" if finding.verdict in _FOR_SUSPECT else "red"
    if finding.verdict is Verdict.UNRESOLVED:
        colour = "magenta"
    lines: list[RenderableType] = [
        Text.assemble(
            (f"{check.zh} {wording.CHECK_EN[check]}: ", "bold"),
            (f"{VERDICT_ZH[finding.verdict]} ({wording.VERDICT_EN[finding.verdict]})", colour),
            (f"  {finding.confidence:.0%}", "dim"),
        ),
        Padding(Text(wording.one_line(finding.summary)), (0, 0, 0, 2)),
    ]
    positive, negative = wording.SIDES[check]
    held = [g for g in finding.grounds if g.holds]
    for (zh, english), grounds in (
        (positive, [g for g in held if g.weight >= 0]),
        (negative, [g for g in held if g.weight < 0]),
        (wording.NOT_MET, [g for g in finding.grounds if not g.holds]),
    ):
        if grounds:
            lines.append(Padding(Text(f"{zh} {english}", style="underline"), (0, 0, 0, 2)))
            lines += [Padding(_ground(g), (0, 0, 0, 4)) for g in grounds]
    if check is Check.EVIDENCE and finding.elements:
        lines.append(Padding(_elements(finding), (0, 0, 0, 2)))
    articles = wording.citations_zh(finding.citations)
    if articles:
        lines.append(Padding(_cell("、".join(articles), style="dim"), (0, 0, 0, 2)))
    return Padding(Group(*lines), (1, 0, 0, 0))


def _ground(ground: Ground) -> Group:
    weight = f" {ground.weight:+.2f}" if ground.weight else ""
    head = Text.assemble(("• ", "bold"), wording.one_line(ground.zh), (weight, "dim"))
    reason = wording.reason_of(ground)
    if reason:
        head.append(f" — {wording.one_line(reason, 120)}")
    articles = wording.citations_zh(ground.citations)
    if articles and ground.holds:
        head.append(f"  [{wording.one_line('、'.join(articles))}]", style="dim")
    return Group(head, *(Padding(_quote(q), (0, 0, 0, 2)) for q in ground.quotes))


def _quote(quote: Quote) -> Text:
    mark = "" if quote.verified else "  未核实 unverified"
    return Text.assemble(
        (f"“{wording.one_line(quote.text, QUOTE_LIMIT)}”", "italic"),
        (f"  {wording.place_zh(quote)}{mark}", "dim"),
    )


def _elements(finding: Finding) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("要件 element", "证明 proven by", "疑点 doubts"):
        table.add_column(heading, overflow="fold")
    for element in finding.elements:
        doubts = "、".join(wording.doubts_of(finding, element.doubts))
        proof = "、".join(element.proven_by)
        table.add_row(_cell(element.zh), _cell(proof or "—"), _cell(doubts or "—"))
    return table


def _sentence(sentence: Sentence) -> Padding:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("步骤 step", overflow="fold")
    table.add_column("月 months", justify="right")
    table.add_column("说明 note", overflow="fold")
    for step in sentence.steps:
        note = " ".join(filter(None, (step.note, wording.article_zh(step.citation))))
        table.add_row(_cell(step.label), f"{step.months:g}", _cell(note))
    head = Text.assemble(
        ("量刑建议 Sentence: ", "bold"),
        wording.sentence_zh(sentence),
        (f"  {wording.band_zh(sentence.band)}", "dim"),
    )
    return Padding(Group(head, Padding(table, (0, 0, 0, 2))), (1, 0, 0, 0))


def _cell(text: str, limit: int | None = None, style: str = "") -> Text:
    """Text of a case or a model for a table: one line, no markup, no control characters."""
    return Text(wording.one_line(text, limit), style=style)


def _remarks(review: Review, *, many: bool) -> list[RenderableType]:
    lines: list[RenderableType] = []
    if review.advisories:
        lines.append(Text("\n提示 Advisories", style="bold"))
    for advisory in review.advisories:
        who = f"{advisory.defendant}：" if many and advisory.defendant else ""
        articles = wording.one_line("、".join(wording.citations_zh(advisory.citations)))
        lines.append(
            Text.assemble("  • ", wording.one_line(who + advisory.zh), (f"  {articles}", "dim"))
        )
    lines += [Text(wording.one_line(note), style="dim") for note in review.notes]
    lines.append(Text("仅供参考，由人决定。 A recommendation; people decide.", style="dim"))
    return lines
