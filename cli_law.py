"""``nolle statutes``: its commands and options; the work is in :mod:`nolle.cli_statutes`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Look up, import and check the law.", no_args_is_help=True)

Day = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="The day whose law applies."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


@app.command("show")
def show(
    key: Annotated[str, typer.Argument(metavar="KEY", help="cl:第三十七条, 刑法第37条, 盗窃罪 …")],
    day: Day = None,
    as_json: AsJson = False,
) -> None:
    """Show an article or a charge: status, bands in months, thresholds, grounds, imported text.

    Examples:

        nolle statutes show cl:第一百三十三条之一

        nolle statutes show 盗窃罪 --date 2012-06-01
    """
    from . import cli_statutes as law

    law.show(key, day, as_json)


@app.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="DIR|FILE", help="Official texts: docx, md, txt.")
    ],
) -> None:
    """Import official texts into your own store, so that reviews can quote them verbatim."""
    from . import cli_statutes as law

    law.import_texts(path)


@app.command("check")
def check(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Text with citations; - for stdin.")],
    day: Day = None,
    as_json: AsJson = False,
) -> None:
    """Mark each citation in a text as right, outdated or wrong.

    Example:

        nolle statutes check "依照刑法第三十七条、刑事诉讼法第一百七十三条第二款" --date 2020-01-01
    """
    from . import cli_statutes as law

    law.check(text, day, as_json)


@app.command("diff")
def diff(
    key: Annotated[str, typer.Argument(metavar="KEY")],
    before: Annotated[str, typer.Argument(metavar="DATE")],
    after: Annotated[str, typer.Argument(metavar="DATE")],
    as_json: AsJson = False,
) -> None:
    """Show what changed in an article between two days.

    Example:

        nolle statutes diff cl:第三百九十条 2020-01-01 2024-06-01
    """
    from . import cli_statutes as law

    law.diff(key, before, after, as_json)
