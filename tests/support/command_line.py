"""The command line in this process, with an example to review."""

from __future__ import annotations

from support.made_cases import EXAMPLES

from nolle import cli

DUI = str(EXAMPLES / "dui-minor-dnp.json")


def call(capsys, *args):
    code = cli.run([str(a) for a in args])
    streams = capsys.readouterr()
    return code, streams.out, streams.err
