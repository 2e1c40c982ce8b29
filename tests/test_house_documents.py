"""What the documents say of commands, code, examples and links is true."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from support.house import README, ROOT, files, named


def blocks(path: Path) -> list[tuple[str, str]]:
    """The fenced code blocks of a Markdown page: language and content."""
    text = path.read_text("utf-8")
    return re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def commands(path: Path) -> list[str]:
    """The command lines of a page's ``console`` and ``bash`` blocks, without comments."""
    lines = [line for lang, body in blocks(path) if lang == "bash" for line in body.splitlines()]
    return [stripped for line in lines if (stripped := line.split("  #")[0].strip())]


def documents() -> list[Path]:
    return [
        path for path in files(".md") if named(path).startswith(("README", "CONTRIB", "docs", "ex"))
    ]


def registered() -> dict[str, Any]:
    """The commands and command groups of the command line, by name."""
    cli = pytest.importorskip("nolle.cli", exc_type=ModuleNotFoundError)
    from typer.main import get_command

    found: dict[str, Any] = dict(getattr(get_command(cli.app), "commands", {}))
    return found


def test_every_nolle_command_in_the_documents_exists() -> None:
    known = registered()
    unknown = []
    for path in documents():
        text = path.read_text("utf-8")
        for hit in re.finditer(
            r"(?:^|`|\$ )nolle ([a-z]+)(?: ([a-z]+))?", text, flags=re.MULTILINE
        ):
            command = known.get(hit[1])
            group = getattr(command, "commands", None)
            if command is None or (group is not None and hit[2] not in group):
                unknown.append(f"{named(path)}: {hit[0].strip('`$ ')}")
    assert unknown == []


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named_targets = {
        hit
        for path in documents()
        for hit in re.findall(r"(?:^|`)make ([a-z]+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert named_targets
    assert named_targets <= targets


def test_every_option_of_the_commands_in_the_readme_exists() -> None:
    known = registered()
    unknown = []
    for line in commands(README["en"]):
        words = line.split()
        if words[0] != "nolle":
            continue
        command = known[words[1]]
        if hasattr(command, "commands"):
            command = command.commands[words[2]]
        options = {o for param in command.params for o in (*param.opts, *param.secondary_opts)}
        used = {word.split("=")[0] for word in words if word.startswith("--")}
        unknown += [f"{line}: {option}" for option in sorted(used - options - {"--help"})]
    assert unknown == []


def test_every_example_named_in_the_commands_exists() -> None:
    words = {word for path in documents() for line in commands(path) for word in line.split()}
    examples = {word for word in words if word.startswith("examples/")}
    assert examples
    assert {word for word in examples if not list(ROOT.glob(word))} == set()


def test_both_readmes_give_the_same_commands_and_code() -> None:
    def code(path: Path) -> list[tuple[str, list[str]]]:
        return [
            (lang, [line.split("#")[0].rstrip() for line in body.splitlines()])
            for lang, body in blocks(path)
            if lang in {"bash", "python"}
        ]

    assert code(README["en"]) == code(README["zh"])
    assert commands(README["en"])


def test_the_python_of_the_readme_is_sound() -> None:
    import nolle

    sources = [body for lang, body in blocks(README["en"]) if lang == "python"]
    used = {name for body in sources for name in re.findall(r"\bnolle\.(\w+)", body)}
    for body in sources:
        ast.parse(body)
    assert used
    assert {name for name in used if not hasattr(nolle, name)} == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in documents():
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{named(path)}: {target}")
    assert broken == []
