"""Made-up decided cases for the tests of retrieval."""

from __future__ import annotations

import random
from typing import Any

from nolle.retrieval.documents import Document

ACTS = (
    ("盗窃罪", "趁无人之机撬锁入户，窃得手机一部和现金若干，随后销赃得款"),
    ("危险驾驶罪", "酒后驾驶小型轿车上路行驶，被查获，血液中酒精含量超过醉酒标准"),
    ("故意伤害罪", "因琐事发生争吵，持木棍殴打对方头部，经鉴定为轻伤二级"),
    ("诈骗罪", "虚构能够代办贷款的事实，骗取手续费，所得款项用于个人挥霍"),
    ("寻衅滋事罪", "酒后在烧烤摊随意殴打他人，掀翻桌椅，造成恶劣影响"),
)
SCENES = (
    "商场停车场内",
    "夜间的出租屋",
    "工地宿舍",
    "农贸市场门口",
    "网吧包间",
    "公园湖边",
)
ENDS = ("后主动投案", "后赔偿损失并取得谅解", "后逃往外地", "后如实供述", "后拒不退赃")


def documents(count: int, seed: int = 1, prefix: str = "made-up") -> list[Document]:
    """Different documents, the same for the same arguments."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        charge, act = draw.choice(ACTS)
        scene, end = draw.choice(SCENES), draw.choice(ENDS)
        extra = "".join(draw.sample("财物价格认定受损车辆门窗柜台监控录像钥匙", 8))
        found.append(
            Document(
                id=f"{prefix}-{number}",
                text=f"张某某在{scene}{act}，{end}。{extra}，第{number}次。",
                charges=(charge,),
                outcome=draw.choice(["P", "DNP", "SNP", "IENP", ""]),
                months=draw.choice([None, 6, 12, 36]),
                date=draw.choice(["", "2019", "2020-05", "2021-03-04"]),
                province=draw.choice(["浙江省", "山东省", ""]),
                source="made-up",
            )
        )
    return found


def rows(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """The same as plain rows with fact and charges."""
    return [
        {"id": row.id, "fact": row.text, "charges": list(row.charges)}
        for row in documents(count, seed)
    ]
