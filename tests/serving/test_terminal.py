import io

import pytest
from rich.console import Console

from nolle.cases.models import Case
from nolle.graphs.run import run
from nolle.graphs.whatif import Difference, Flip, WhatIf, flips, whatif
from nolle.serving import terminal


@pytest.fixture
def screen():
    return Console(file=io.StringIO(), width=100, force_terminal=False)


def shown(screen):
    return screen.file.getvalue()


def test_a_review_with_two_people_has_their_table_and_checks(screen, review, case):
    terminal.print_review(review, case, screen)
    text = shown(screen)
    assert text.count("事实与证据审查") == 2
    for words in (
        "许某",
        "方某",
        "主犯",
        "从犯",
        review.decision.zh,
        "不需要判处刑罚",
        "people decide",
    ):
        assert words in text


def test_quotes_name_their_place(screen, review, case):
    terminal.print_review(review, case, screen)
    ground = next(g for g in review.checks["waiver"].grounds if g.quotes)
    assert f"{ground.quotes[0].start}–{ground.quotes[0].end}" in shown(screen)


def test_markup_and_control_characters_in_a_case_do_nothing(screen):
    case = Case(
        id="[red]x[/red]\x1b[31m",
        person_info="犯罪嫌疑人许某，男。",
        procedure="公安机关以许某涉嫌盗窃罪移送审查起诉。",
        fact="许某窃得手机，价值3000元，[bold]如实供述[/bold]\x1b[2J，取得谅解。",
    )
    terminal.print_review(run(case), case, screen)
    assert "\x1b" not in shown(screen)
    assert "[red]x[/red]" in shown(screen)


@pytest.mark.parametrize("text", ["[/red]", "[bold]x[/bold]", "\x1b[2J\x07\u202ex", "[link=x]y"])
def test_no_text_of_a_case_or_a_model_is_markup(screen, filled_with, text):
    review, case = filled_with(text)
    terminal.print_review(review, case, screen)
    terminal.print_table([(text, review)], screen)
    made = WhatIf(
        before=review,
        after=review,
        changes={text: text},
        differences=(Difference(defendant=text, what="charges", before=[text], after=[]),),
    )
    terminal.print_whatif(made, screen)
    flip = Flip(circumstance=text, zh=text, value="yes", before="P", after=None)
    terminal.print_flips([flip], review, screen)
    assert not set("\x1b\x07\u202e") & set(shown(screen))
    if text.isprintable():
        assert shown(screen).count(text) > 20


def test_differences_are_told_in_words(screen, case):
    terminal.print_whatif(whatif(case, {"许某:surrender": "yes", "amount": "900000"}), screen)
    text = shown(screen)
    assert "量刑 sentence" in text
    assert "cl:" not in text
    assert "{" not in text


def test_many_cases_are_a_row_each(screen, review):
    terminal.print_table([("one", review), ("two", review)], screen)
    rows = [line.split()[0] for line in shown(screen).splitlines() if review.decision.value in line]
    assert rows[:2] == ["one", "two"]
    assert f"{review.decision.zh} 2" in shown(screen)


def test_whatif_and_flips(screen, case):
    terminal.print_whatif(whatif(case, {"amount": "900000"}), screen)
    assert "→" in shown(screen)
    terminal.print_flips(flips(case), run(case), screen)
    assert "累犯" in shown(screen) or "recidivist" in shown(screen)
