"""How long a case of many defendants takes by rules: 40 defendants, 30,000 characters.

Prints one JSON object: wall-clock and CPU seconds of the first review in the process (tables are
read and patterns compiled) and the medians of further ones, each of another text.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from typing import Any

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
ACTS = (
    "提议盗窃并纠集{other}参与",
    "翻墙入室窃得现金{n}元",
    "受{other}指使在路口望风",
    "驾驶面包车接应并将赃物运走",
    "持钢管殴打被害人唐某{k}致其轻伤二级",
    "帮忙搬运赃物，分得{n}元",
    "与{other}共同撬锁盗窃电动车",
    "案发后主动到公安机关投案，如实供述",
)


def joint_case(defendants: int = 40, characters: int = 30_000) -> dict[str, Any]:
    """A made-up case of up to 40 defendants who act in turn until the facts are long enough."""
    names = [f"{surname}某某" for surname in SURNAMES[:defendants]]
    told, size, turn = [], 0, 0
    while size < characters:
        other = names[(turn * 7 + 3) % len(names)]
        act = ACTS[turn % len(ACTS)].format(other=other, n=1000 + turn * 13 % 9000, k=1 + turn % 9)
        day = f"2019年{1 + turn % 12}月{1 + turn % 28}日"
        told.append(f"{day}，{names[turn % len(names)]}{act}。")
        size += len(told[-1])
        turn += 1
    return {
        "id": "joint",
        "meta": {"date": "2021-01-01"},
        "person_info": "\n".join(f"犯罪嫌疑人{n}，男，1985年3月2日出生，无业。" for n in names),
        "procedure": "本案由公安机关以上述人员涉嫌盗窃罪、故意伤害罪移送审查起诉。",
        "fact": "经审查查明：\n" + "".join(told),
    }


def measure(defendants: int = 40, characters: int = 30_000, repeats: int = 5) -> dict[str, Any]:
    """Seconds of a first review and of later ones."""
    import nolle

    base = joint_case(defendants, characters)
    wall, cpu = [], []
    for number in range(repeats + 1):
        record = {**base, "id": f"joint-{number}", "fact": base["fact"] + f"第{number}次。"}
        case = nolle.Case.model_validate(record)
        start, used = time.perf_counter(), time.process_time()
        review = nolle.review(case, model="rules")
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
        if len(review.outcomes) != defendants:
            raise SystemExit(f"{len(review.outcomes)} outcomes for {defendants} defendants")
    return {
        "defendants": defendants,
        "characters": len(base["fact"]),
        "first_s": round(wall[0], 2),
        "first_cpu_s": round(cpu[0], 2),
        "warm_s": round(statistics.median(wall[1:]), 2),
        "warm_cpu_s": round(statistics.median(cpu[1:]), 2),
    }


def main(argv: list[str] | None = None) -> int:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.joint", description=__doc__)
    parser.add_argument("--defendants", type=int, default=40, help="at most 40 (default 40)")
    parser.add_argument("--characters", type=int, default=30_000, help="of the facts")
    parser.add_argument("--repeats", type=int, default=5, help="reviews after the first")
    args = parser.parse_args(argv)
    found = measure(args.defendants, args.characters, args.repeats)
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
