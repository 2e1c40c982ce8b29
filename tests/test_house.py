"""The house rules: packaging, module size, import weight and direction, tests, files."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from support.house import ROOT, files, named

NOT_ROOMS = {"tests", "examples", "benchmarks", "docs"}
MAX_LINES = 320
HEAVY = {"langgraph", "langchain", "langchain_core", "langchain_openai", "chromadb", "sklearn"}
HEAVY |= {"fastapi", "ray", "torch", "pydantic", "docx", "rich", "typer"}
MACHINE_PATH = re.compile(r"(?<![\w.~/:-])/(work|home|root|farm|Users)/")
EXPECTING = {"raises", "warns", "deprecated_call", "fail"}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def rooms() -> list[str]:
    return sorted(
        path.parent.name
        for path in ROOT.glob("*/__init__.py")
        if path.parent.name not in NOT_ROOMS and not path.parent.name.startswith(".")
    )


def test_the_package_list_names_every_room_and_nothing_else() -> None:
    listed = project()["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(["nolle", *(f"nolle.{room}" for room in rooms())])


def test_no_room_holds_a_package_of_its_own() -> None:
    nested = [named(p) for room in rooms() for p in (ROOT / room).glob("*/**/__init__.py")]
    assert nested == [], "list them in pyproject.toml and in this test, or make them modules"


def test_the_package_data_cover_every_data_file() -> None:
    listed: dict[str, list[str]] = project()["tool"]["setuptools"]["package-data"]
    missing = []
    for room in rooms():
        globs = listed.get(f"nolle.{room}", [])
        covered = {path for pattern in globs for path in (ROOT / room).glob(pattern)}
        data = {
            path
            for path in files()
            if path.is_relative_to(ROOT / room) and path.suffix not in {".py", ".pyc"}
        }
        missing += [named(path) for path in sorted(data - covered)]
    assert missing == [], "not covered by [tool.setuptools.package-data]"
    assert (ROOT / "py.typed").is_file()
    assert "py.typed" in listed["nolle"]


def test_every_package_data_glob_finds_something() -> None:
    listed: dict[str, list[str]] = project()["tool"]["setuptools"]["package-data"]
    empty = [
        f"{package}: {pattern}"
        for package, patterns in listed.items()
        for pattern in patterns
        if not any((ROOT / package.removeprefix("nolle").removeprefix(".")).glob(pattern))
    ]
    assert empty == []


def test_no_module_is_too_long() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in files(".py")}
    long = {name: n for name, n in lengths.items() if n > MAX_LINES}
    assert long == {}, f"one subject each, at most {MAX_LINES} lines"


def loaded_after(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after ``code``."""
    script = f"import sys; {code}; print('\\n'.join(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import nolle", set()),
        ("import nolle; nolle.Case; nolle.Decision", {"pydantic"}),
        ("import nolle; nolle.review", {"pydantic"}),
        ("import nolle.statutes.store", {"pydantic"}),
    ],
)
def test_an_import_pulls_in_nothing_heavy(code: str, allowed: set[str]) -> None:
    assert loaded_after(code) & HEAVY <= allowed


def test_imports_go_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    if not command.exists():
        pytest.skip("import-linter is not installed: make setup")
    done = subprocess.run([command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_stands_in_the_import_contract() -> None:
    (contract,) = project()["tool"]["importlinter"]["contracts"]
    layers = {name.strip() for line in contract["layers"] for name in line.split("|")}
    modules = {p.stem for p in ROOT.glob("*.py") if not p.stem.startswith("__")}
    assert {f"nolle.{name}" for name in [*rooms(), *modules]} <= layers


def calls(function: ast.AST) -> set[str]:
    """The names of everything that a function calls; a checked subprocess counts as ``fail``."""
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    checked = any(
        word.arg == "check" and ast.unparse(word.value) == "True"
        for node in nodes
        for word in node.keywords
    )
    called = [node.func for node in nodes]
    names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in called}
    return names | ({"fail"} if checked else set())


def asserts(function: ast.AST, helpers: dict[str, ast.AST]) -> bool:
    """Whether a test asserts, expects an error, or calls a helper of its module that does."""
    if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
        return True
    called = calls(function)
    if called & EXPECTING or any(name.startswith("assert_") for name in called):
        return True
    rest = {name: helper for name, helper in helpers.items() if name not in called}
    return any(asserts(helpers[name], rest) for name in called & helpers.keys())


def is_property(test: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether hypothesis runs it: that nothing raises is then the property itself."""
    return any("given" in ast.unparse(decorator) for decorator in test.decorator_list)


@pytest.mark.parametrize("path", files(".py"), ids=named)
def test_every_test_asserts(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    helpers: dict[str, ast.AST] = {f.name: f for f in functions if not f.name.startswith("test_")}
    empty = [
        f"{f.name}, line {f.lineno}"
        for f in functions
        if f.name.startswith("test_") and not asserts(f, helpers) and not is_property(f)
    ]
    assert empty == []


def test_no_file_names_a_place_on_one_machine() -> None:
    found = []
    for path in files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{named(path)}, line {text.count(chr(10), 0, hit.start()) + 1}"
            for hit in MACHINE_PATH.finditer(text)
        ]
    assert found == []


def test_the_graphs_of_langgraph_json_resolve() -> None:
    config = json.loads((ROOT / "langgraph.json").read_text("utf-8"))
    assert config["graphs"]
    for place in config["graphs"].values():
        module, name = place.split(":")
        graph = getattr(import_module(module), name)
        assert callable(graph.invoke)
        assert set(graph.get_graph().nodes) > {"__start__", "__end__"}


def test_git_ignores_what_is_built() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    tracked = [Path(name) for name in done.stdout.split("\0") if name]
    built = {".venv", ".cache", "__pycache__", "build", "dist"}
    assert [str(p) for p in tracked if built & set(p.parts) or p.suffix == ".pyc"] == []
