"""Remote models see masked text, a model on this machine sees it as it is."""

from __future__ import annotations

from support.fake_client import FakeClient
from support.single_prompts import ANSWER, LOCAL, REMOTE, case_with, last_fence

from nolle.cases.models import Case
from nolle.cases.vocabulary import Decision
from nolle.config import load_settings
from nolle.graphs.baselines import run_baseline


class TestPrivacy:
    FACT = "王大锤于2021年3月1日盗窃李翠花手机一部，王大锤电话13912345678，被害人李翠花报案。"

    def case(self) -> Case:
        return case_with(self.FACT, person_info="犯罪嫌疑人王大锤，男，1990年5月1日出生。")

    def test_a_remote_model_sees_masked_text_and_the_answer_is_mapped_back(self) -> None:
        client = FakeClient(lambda chat: f"{last_fence(chat[-1]['content'])}\n{ANSWER}")
        result = run_baseline(self.case(), "baseline", REMOTE, client=client)
        assert not any(word in client.sent for word in ("王大锤", "李翠花", "13912345678"))
        assert self.FACT in result.answer
        assert result.decision is Decision.P
        assert result.steps[0].finding["redacted"] is True

    def test_a_model_on_this_machine_sees_it_as_it_is(self) -> None:
        client = FakeClient()
        result = run_baseline(self.case(), "baseline", LOCAL, client=client)
        assert self.FACT in client.sent
        assert result.steps[0].finding["redacted"] is False

    def test_the_setting_decides(self) -> None:
        client = FakeClient()
        settings = load_settings({"NOLLE_REDACT": "always"})
        run_baseline(self.case(), "baseline", LOCAL, client=client, settings=settings)
        assert "王大锤" not in client.sent
