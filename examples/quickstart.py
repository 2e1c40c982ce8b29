"""Review a case, look at how the decision came about, and ask what would change it.

Run with ``python examples/quickstart.py`` once nolle is installed; needs no key and no network.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nolle

CASE = Path(__file__).parent / "cases" / "dui-minor-dnp.json"


def main() -> None:
    case = nolle.Case.load(sys.argv[1] if len(sys.argv) > 1 else CASE)
    review = nolle.review(case)
    decision = review.decision
    print(f"{decision} {decision.zh}" if decision else f"unresolved: {review.unresolved}")
    print(" ".join(review.articles))

    for name, outcome in review.outcomes.items():
        print(f"\n{name}: {'、'.join(outcome.charges)}")
        for finding in outcome.checks.values():
            print(f"  {finding.check.zh}: {finding.summary}")
            for quote in finding.quotes:
                print(f"    “{quote.text}” ({quote.field} {quote.start}-{quote.end})")
        if outcome.sentence:
            print(f"  {outcome.sentence.kind.zh} {outcome.sentence.months}")

    print("\nIf the blood alcohol had been 210 mg/100 ml:")
    for change in nolle.whatif(case, {"alcohol": 210}).differences:
        if change.what == "decision" and change.defendant is None:
            print(f"  {change.before} -> {change.after}")


if __name__ == "__main__":
    main()
