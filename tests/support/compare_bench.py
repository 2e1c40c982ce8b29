"""``nolle compare`` on a made data set, with a scripted server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support import made_cases
from support.model_answers import agent_of, answers_for
from support.scripted_answers import Answer, Request, Script, right
from support.scripted_server import ScriptedServer

from nolle import cli
from nolle.evals.compare_journal import read_lines
from nolle.evals.records import Record

MODEL = "vllm:tiny"


def answer(request: Request) -> Answer:
    if "【问题：" not in request.text:
        return right(made_cases.ANSWER)
    return right(answers_for("P", ["盗窃罪"], "")[agent_of(request)])


class Bench:
    """A made data set, a run directory and a scripted server."""

    def __init__(self, folder: Path, monkeypatch: Any, capsys: Any) -> None:
        self.out = folder / "out"
        self.data = made_cases.write(folder / "cases.jsonl", 4)
        self._patch, self._capsys = monkeypatch, capsys
        monkeypatch.setenv("NOLLE_HOME", str(folder / "home"))
        self.requests: list[Request] = []

    def run(self, *options: str, script: Script = answer) -> int:
        with ScriptedServer(script) as server:
            self._patch.setenv("NOLLE_VLLM_BASE_URL", server.url)
            args = ["compare", str(self.data), "--out", str(self.out), "--model", MODEL]
            code = cli.run([*args, "--concurrency", "2", *options])
            self.requests = list(server.requests)
        said = self._capsys.readouterr()
        self.said, self.told = said.out, said.err
        return code

    @property
    def records(self) -> list[Record]:
        return [Record.model_validate(row) for row in read_lines(self.out / "records.jsonl")]
