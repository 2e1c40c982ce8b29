"""``nolle similar``: the decided cases most like one case, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .errors import InputError

if TYPE_CHECKING:
    from .retrieval.search import Found, Hit

MOST_TERMS = 20
Several = list[str] | None


def similar(
    file: Annotated[str, typer.Argument(metavar="FILE", help="One case; - for stdin.")],
    k: Annotated[int, typer.Option("--k", "-k", min=1, max=100, help="How many to show.")] = 5,
    corpus: Annotated[
        str | None,
        typer.Option("--corpus", metavar="DIR", help="The index; default NOLLE_CORPUS, else ours."),
    ] = None,
    charge: Annotated[
        Several, typer.Option("--charge", help="Only cases of this charge; may be repeated.")
    ] = None,
    outcome: Annotated[
        Several, typer.Option("--outcome", help="Only P, DNP, SNP or IENP; may be repeated.")
    ] = None,
    province: Annotated[
        Several, typer.Option("--province", help="Only cases of this province; may be repeated.")
    ] = None,
    scenario: Annotated[
        Several, typer.Option("--scenario", help="Only S1, S2, S3 or S4; may be repeated.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="Not before this day.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Not after this day.")
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="hybrid (both, where the index has both), bm25, dense.")
    ] = "hybrid",
    by_law: Annotated[
        bool, typer.Option("--by-law/--by-text", help="Rank by legal elements too, or text only.")
    ] = True,
    guard: Annotated[
        bool,
        typer.Option("--guard/--no-guard", help="Withhold the case itself, copies, later cases."),
    ] = True,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the shared words, ranks and elements.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Show the decided cases most like one case, with their outcomes.

    Examples:

        nolle similar case.json

        nolle similar case.json --k 10 --outcome DNP --explain

        nolle similar case.txt --corpus corpora/theft --charge 盗窃罪 --since 2018-01-01
    """
    from .agents.similar import masked
    from .cli_commands import console, load, parse_day, print_json
    from .retrieval.filters import filters_of
    from .retrieval.guards import Subject
    from .retrieval.library import named
    from .retrieval.search import Engine, find

    items = load([file])
    if len(items) != 1:
        raise InputError(f"{file} holds {len(items)} cases: similar takes one")
    filters = filters_of(
        charge or (),
        outcome or (),
        province or (),
        scenario or (),
        parse_day(since),
        parse_day(until),
    )
    library = named(corpus, masked)
    subject = Subject.of(items[0][2])
    found = find(
        library.index,
        subject,
        k,
        filters=filters,
        dense=library.dense,
        engine=Engine.of(engine),
        guard=guard,
        by_law=by_law,
    )
    rows = [_row(hit, library.index.explain(subject.text, hit.row)) for hit in found.hits]
    if as_json:
        withheld = found.withheld.model_dump(mode="json")
        print_json({"corpus": library.about(), "withheld": withheld, "similar": rows})
        return
    _print(found, rows, library.about(), console(), explain)


def _row(hit: Hit, terms: Any) -> dict[str, Any]:
    from .agents.similar import similar_case
    from .retrieval.tokenise import CHARGE_MARK

    shared = [
        {"term": term.replace(CHARGE_MARK, "罪名线索"), "score": round(score, 3)}
        for term, score in terms[:MOST_TERMS]
    ]
    case = similar_case(hit).model_dump(mode="json", exclude={"shared"})
    document = hit.document
    return {
        **case,
        "decision": document.outcome or None,
        "months": document.months,
        "source": document.source,
        "ranks": hit.ranks,
        "terms": shared,
    }


def _print(
    found: Found, rows: list[dict[str, Any]], about: dict[str, Any], screen: Any, explain: bool
) -> None:
    from rich.text import Text

    from .serving import similar as words
    from .serving.wording import one_line

    for number, row in enumerate(rows, start=1):
        when = " ".join(filter(None, (row["date"], row["province"])))
        head = Text.assemble(
            (f"{number}. {one_line(row['id'], 60)}", "bold"),
            f"  {one_line(row['charge'], 60)}",
            (f"  {one_line(row['outcome'] or '结果未知', 60)}", "bold cyan"),
            (f"  {when}  score {row['score']:.2f}, likeness in law {row['likeness']:.0%}", "dim"),
        )
        screen.print(head)
        screen.print(Text(f"   {one_line(row['snippet'], 200)}"))
        if explain:
            ranks = ", ".join(f"{name} #{place}" for name, place in row["ranks"].items())
            terms = "、".join(f"{t['term']} {t['score']:.2f}" for t in row["terms"][:12])
            screen.print(Text(f"   {ranks}; shared: {one_line(terms, 400)}", style="dim"))
    if not rows:
        screen.print("没有可以显示的类案 nothing to show")
    engines = "+".join(about["engines"])
    withheld = words.withheld_zh(found.withheld.model_dump())
    screen.print(Text(f"{about['documents']} documents, {engines}; {withheld}", style="dim"))
