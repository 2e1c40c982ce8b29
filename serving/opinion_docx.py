"""The opinion of a review as a Word document."""

from __future__ import annotations

import io
from datetime import date

from ..cases.findings import Review
from ..cases.models import Case
from . import wording

_HEADINGS = ("【适用法条】", "【审查分析】", "【最终结论】")
_FONT = "SimSun"


def opinion_docx(review: Review, case: Case) -> bytes:
    """The opinion with the decision per defendant, as the bytes of a docx file."""
    import docx
    from docx.oxml.ns import qn

    document = docx.Document()
    document.core_properties.title = "审查意见"
    document.core_properties.author = "nolle"
    normal = document.styles["Normal"]
    normal.font.name = _FONT
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    document.add_heading("审查意见（建议）", level=0)
    zh, code, _ = wording.decision_label(review.decision)
    day = wording.law_date(review, case) or date.today().isoformat()
    for line in (
        f"案件：{case.id or review.id}",
        f"建议：{zh}（{code}）",
        f"适用法律日期：{day}",
        f"审查方式：{review.model}　编号：{review.run_id}",
    ):
        document.add_paragraph(wording.one_line(line))
    if review.outcomes:
        _table(document, review)
    for line in wording.plain(review.opinion).splitlines():
        text = line.strip()
        if text in _HEADINGS:
            document.add_heading(text.strip("【】"), level=1)
        elif text:
            document.add_paragraph(text)
    if review.notes:
        document.add_heading("说明", level=1)
        for note in review.notes:
            document.add_paragraph(wording.plain(note), style="List Bullet")
    document.add_paragraph("本意见由软件依规则生成，仅供参考，由检察官决定。")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _table(document: object, review: Review) -> None:
    """One row per defendant: name, role, charges, decision, sentence."""
    rows = [("犯罪嫌疑人", "作用", "罪名", "建议", "量刑")]
    for outcome in review.outcomes.values():
        rows.append(
            (
                wording.one_line(outcome.name),
                outcome.role.zh if outcome.role else "—",
                "、".join(outcome.charges) or "—",
                wording.decision_label(outcome.decision)[0],
                wording.sentence_zh(outcome.sentence) if outcome.sentence else "—",
            )
        )
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")  # type: ignore[attr-defined]
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = wording.plain(text)
