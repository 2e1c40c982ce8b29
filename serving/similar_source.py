"""Similar decided cases for the surfaces that ask for them alone, from the configured corpus."""

from __future__ import annotations

import os
from pathlib import Path

from ..agents import similar
from ..agents.base import Context, View
from ..cases.extract import read_facts
from ..cases.findings import SimilarFinding
from ..cases.models import Case
from ..retrieval.library import default_corpus, opened


def find(case: Case, count: int = 5) -> SimilarFinding:
    """Decided cases that resemble ``case``, best first, or why there are none.

    Raises ConfigError or InputError, in one line, for an index that cannot be used.
    """
    corpus = default_corpus()
    facts = read_facts(case)
    view = View(case=case, facts=facts, defendant=facts.suspects[0].name if facts.suspects else "")
    if corpus is None:
        return similar.assess(view, Context())
    return similar.finder(corpus, count)(view, Context())


def use(corpus: str | None) -> None:
    """Take this index for the whole process and for those that it starts.

    Raises ConfigError or InputError, in one line, for an index that cannot be used.
    """
    if corpus is None:
        return
    folder = Path(corpus).expanduser().absolute()
    opened(folder, similar.masked)
    os.environ["NOLLE_CORPUS"] = str(folder)
