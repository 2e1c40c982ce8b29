"""Generated cases full of personal data, seeded; every name and number is made up.

:func:`make_case` gives the case, the strings that must not leave (``secrets``) and those that
must stay (``facts``).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from nolle.cases.models import Case, Meta

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓"
    "许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石姚谭廖"
    "邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
)
_COMPOUNDS = ["欧阳", "司马", "诸葛", "上官", "皇甫", "慕容"]
_GIVEN = (
    "小寨国强建军秀兰志明晓燕海涛丽华永红春梅德彪桂英俊杰思远雨桐子"
    "轩佳怡振宇素芬玉珍鹏飞文博学锋立新云霞长江修"
)
_MINORITY = ["买买提·阿不都", "阿依古丽·吐尔逊", "吐尔洪·买买提江", "扎西·多吉", "古丽娜尔·艾山"]
_ENGLISH = [
    "John Smith",
    "Maria Garcia",
    "David Brown",
    "Peter O'Neill".replace("O'N", "N"),
    "Anna Lee",
]
_CITIES = [
    ("浙江省", "杭州市", "西湖区", "文三路", "翠苑"),
    ("云南省", "昆明市", "五华区", "学府路", "云景"),
    ("山东省", "济南市", "历下区", "泉城路", "佛山苑"),
    ("广东省", "佛山市", "顺德区", "容奇大道", "碧桂"),
    ("四川省", "成都市", "武侯区", "科华北路", "锦绣"),
    ("江苏省", "南京市", "鼓楼区", "中山北路", "金陵"),
    ("湖南省", "长沙市", "岳麓区", "枫林三路", "麓谷"),
]
_TRADES = ["鼎盛", "恒昌", "宏远", "瑞丰", "百汇", "天诚", "金桥", "永泰"]
_KINDS = [
    "科技有限公司",
    "贸易有限公司",
    "物流有限责任公司",
    "机械厂",
    "餐饮管理有限公司",
    "服装店",
    "网吧",
    "烟酒店",
]
_PLATES = ["浙", "云", "京", "鲁", "粤", "川", "苏", "湘"]
_OFFENCES = ("dui", "theft", "injury", "fraud", "traffic")


@dataclass(frozen=True)
class Generated:
    case: Case
    secrets: tuple[str, ...]
    facts: tuple[str, ...]


class _Maker:
    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.secrets: list[str] = []
        self.names: set[str] = set()

    def keep(self, text: str) -> str:
        self.secrets.append(text)
        return text

    def name(self, plain: bool = False, han: bool = False) -> str:
        r = self.r
        while True:
            kind = r.random() * (0.9 if han else 1)
            surname = r.choice(_SURNAMES)
            if plain or kind < 0.55:
                name = surname + "".join(r.sample(_GIVEN, r.choice([1, 2, 2])))
            elif kind < 0.62:
                name = r.choice(_COMPOUNDS) + "".join(r.sample(_GIVEN, r.choice([1, 2])))
            elif kind < 0.9:
                name = surname + r.choice(["某", "某某", "某甲", "某乙", "某1", "某某"])
            elif kind < 0.96:
                name = r.choice(_MINORITY)
            else:
                name = r.choice(_ENGLISH)
            if name not in self.names and not any(name in n or n in name for n in self.names):
                self.names.add(name)
                return self.keep(name)

    def digits(self, n: int) -> str:
        return "".join(self.r.choice("0123456789") for _ in range(n))

    def identity(self, year: int) -> str:
        birth = f"{year}{self.r.randint(1, 12):02}{self.r.randint(1, 28):02}"
        body = f"33{self.digits(4)}{birth}{self.digits(3)}"
        full = body + self.r.choice("0123456789X")
        form = self.r.randrange(3)
        if form == 1:
            full = f"{full[:6]} {full[6:14]} {full[14:]}"
        elif form == 2:
            full = f"{full[:6]}********{full[14:]}"
        return self.keep(full)

    def phone(self) -> str:
        r = self.r
        a, b, c = "1" + r.choice("3578") + self.digits(1), self.digits(4), self.digits(4)
        forms = [
            a + b + c,
            f"{a} {b} {c}",
            f"{a}-{b}-{c}",
            f"+86 {a}{b}{c}",
            f"{a}****{c}",
            f"0571-8{self.digits(7)}",
        ]
        wide = "".join(chr(ord(d) + 0xFEE0) for d in a + b + c)
        return self.keep(r.choice([*forms, wide]))

    def plate(self) -> str:
        r = self.r
        head = r.choice(_PLATES) + r.choice("ABCDEFG")
        return self.keep(
            r.choice(
                [
                    f"{head}{self.digits(5)}",
                    f"{head}·{self.digits(4)}K",
                    f"{head}D{self.digits(5)}",
                    f"{head}S{self.digits(4)}",
                ]
            )
        )

    def card(self) -> str:
        number = "6222" + self.digits(15)
        grouped = " ".join(number[i : i + 4] for i in range(0, 19, 4))
        return self.keep(self.r.choice([number, grouped, f"6222****{self.digits(4)}"]))

    def net(self) -> str:
        r = self.r
        return r.choice(
            [
                f"微信号{self.keep('wx_' + self.digits(7))}",
                f"QQ号：{self.keep('8' + self.digits(8))}",
                f"邮箱{self.keep('u' + self.digits(5) + '@mail.example.cn')}",
                f"IP地址{self.keep(f'10.23.{r.randint(1, 250)}.{r.randint(1, 250)}')}",
                f"IMEI码{self.keep('86' + self.digits(13))}",
                f"护照号码{self.keep('E' + self.digits(8))}",
            ]
        )

    def unit(self, city: str) -> str:
        trade = self.r.choice(_TRADES)
        full = city[:2] + trade + self.r.choice(_KINDS)
        self.keep(trade)
        return full


def make_case(seed: int) -> Generated:
    """One case of one of five offences, different for every seed, the same for the same seed."""
    m = _Maker(seed)
    r = m.r
    province, city, district, road, estate = r.choice(_CITIES)
    offence = _OFFENCES[seed % len(_OFFENCES)]
    suspect = m.name(plain=seed % 2 == 0, han=True)
    victim, witness, lawyer, police, relative, friend = (m.name() for _ in range(6))
    other = m.name(plain=True)
    house = (
        f"{district}{road}{r.randint(1, 300)}号{estate}小区{r.randint(1, 20)}幢"
        f"{r.randint(1, 4)}单元{r.randint(101, 999)}室"
    )
    for part in (house, f"{estate}小区", f"{road}"):
        m.keep(part)
    born = r.randint(1965, 1992)
    office = f"{city}{district}"
    day = f"2021年{r.randint(1, 5)}月{r.randint(10, 28)}日"
    alias = m.keep("阿" + r.choice("俊彪豹旺"))
    charge = {
        "dui": "危险驾驶罪",
        "theft": "盗窃罪",
        "injury": "故意伤害罪",
        "fraud": "诈骗罪",
        "traffic": "交通肇事罪",
    }[offence]
    info = (
        f"犯罪嫌疑人{suspect}，男，{born}年{r.randint(1, 12)}月{r.randint(1, 28)}日"
        f"出生，公民身份号码{m.identity(born)}，汉族，初中文化，"
        f"系{m.unit(city)}员工，户籍地{province}{city}，住{province}{city}{house}，"
        f"联系电话{m.phone()}，绰号“{alias}”。"
        f"2021年6月1日因涉嫌{charge}被{office}公安局取保候审。辩护人{lawyer}，"
        f"{m.keep(r.choice(_TRADES))}律师事务所律师。"
    )
    procedure = (
        f"本案由{city}公安局{district[:-1]}分局侦查终结，以犯罪嫌疑人{suspect}涉"
        f"嫌{charge}，于2021年7月2日向本院移送审查起诉。"
        f"本院受理后，讯问了犯罪嫌疑人，听取了被害人{victim}及其近亲属{relative}、"
        f"辩护人{lawyer}的意见。"
    )
    kept = [day, charge, f"{city}公安局", f"{office}公安局"]
    amount = f"{r.randint(2, 9)}{m.digits(3)}元"
    plate = m.plate()
    if offence == "dui":
        alcohol = f"{r.randint(85, 240)}mg/100ml"
        kept += [alcohol]
        act = (
            f"{day}22时许，{suspect}与朋友{friend}饮酒后，驾驶车牌号为{plate}的"
            f"小型轿车沿{road}行驶，被民警{police}查获。"
            f"经鉴定，{suspect}血液酒精含量为{alcohol}。{witness}证实二人当晚一起喝酒。"
        )
    elif offence == "theft":
        kept += [amount]
        act = (
            f"{day}凌晨，{suspect}窜至{house}，盗走被害人{victim}的手机一部"
            f"（IMEI:{m.keep('86' + m.digits(13))}）及现金，共计价值{amount}。"
            f"{suspect}将手机卖给{friend}，{friend}通过{m.net()}付款。民警{police}将其抓获。"
        )
    elif offence == "injury":
        kept += ["轻伤二级", amount]
        act = (
            f"{day}，{suspect}在{estate}小区门口因琐事与{victim}发生争执，{suspect}用"
            f"拳头殴打{victim}面部。经鉴定，{victim}的损伤程度为轻伤二级。"
            f"{relative}报警，电话{m.phone()}。{suspect}赔偿{victim}{amount}并"
            f"取得谅解。目击者{witness}、{friend}拉开二人。"
        )
    elif offence == "fraud":
        kept += [amount]
        act = (
            f"{day}，{suspect}化名“{m.name(plain=True)}”，虚构投资项目，通过"
            f"{m.net()}联系{victim}，骗取其{amount}，"
            f"{victim}将款项汇给户名为{friend}、卡号{m.card()}的账户。{other}和"
            f"{witness}介绍双方认识。"
        )
    else:
        kept += ["死亡", "主要责任", amount]
        act = (
            f"{day}，{suspect}驾驶{plate}号货车沿{road}由东向西行驶，与行人"
            f"{victim}相撞，致{victim}当场死亡。经认定，{suspect}负事故主要"
            f"责任。"
            f"{suspect}的妻子{relative}代为赔偿{amount}，{victim}之父{friend}出"
            f"具谅解书。交警{police}出具道路交通事故认定书。"
        )
    opinion = m.keep(f"{district[:1]}公鉴〔2021〕{m.digits(4)}号")
    tail = (
        f"{suspect}到案后如实供述，自愿认罪认罚。\n认定上述事实的证据如"
        f"下：书证：户籍证明、{m.unit(city)}出具的证明；证人{witness}、"
        f"{other}的证言；"
        f"被害人{victim}的陈述；犯罪嫌疑人{suspect}的供述与辩解；"
        f"{opinion}鉴定意见。"
        f"{other}证实，其电话为{m.phone()}。"
    )
    case = Case(
        id=f"pd-{seed}",
        meta=Meta(date="2021-08-20", province=province),
        person_info=info,
        procedure=procedure,
        fact="经审查查明：" + act + tail,
    )
    return Generated(case, tuple(dict.fromkeys(m.secrets)), tuple(kept))
