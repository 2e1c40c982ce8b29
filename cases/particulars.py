"""Sex, birth, age and occupation of a person, read from the words that describe them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from .numerals import below_hundred

_SEX = re.compile(
    r"(?:^|[，,。；;（(、\s]|均为?|均系|性别\s*[:：]?)\s*(男|女)(?:性|子)?(?=[，,。；;）)、\s]|$)"
)
_MASK = r"[*＊×xX某]{1,2}"
_BIRTH = re.compile(
    rf"(?P<y>(?:19|20)\d\d)年(?:(?P<m>\d{{1,2}}|{_MASK})月)?(?:(?P<d>\d{{1,2}}|{_MASK})日)?\s*(?:出生|生(?![产活效意]))"
    rf"|(?:出生于|生于|出生(?:日期|年月日?|时间))\s*(?:是|为)?[:：]?\s*(?P<y2>(?:19|20)\d\d)"
    rf"(?:[年.\-/](?:(?P<m2>\d{{1,2}}|{_MASK})(?:[月.\-/](?:(?P<d2>\d{{1,2}}|{_MASK})日?)?)?)?)?"
    r"|(?P<y3>(?:19|20)\d\d)[.\-/](?P<m3>\d{1,2})(?:[.\-/](?P<d3>\d{1,2}))?\s*(?:出生|生)"
    r"|身份证(?:号码?)?(?:为)?[:：]?\s*\d{6}(?P<y4>(?:19|20)\d\d)(?P<m4>0[1-9]|1[0-2])?(?P<d4>\d\d)?"
)
_AGE = re.compile(
    r"(?:^|[，,。；;（(])\s*(?:系)?(?P<when>(?:案发|作案|行为|犯罪|事发|实施犯罪)(?:当时|时)?|时年)?\s*(?:尚|仅|系)?"
    r"(?P<under>不满|未满|不到|未到|近|不足)?(?:年龄|现年|年满|已满|刚满|约|年)?\s*"
    r"(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})(?P<odd>余|多)?\s*周?岁"
)
_SKIP_CLAUSE = re.compile(
    r"出生|身份证|户籍|住址|住所|^住|居住|籍贯|族$|文化|学历|涉嫌|^[^，]{0,6}因|拘留|逮捕|取保|监视|抓获|投案|到案|"
    r"前科|判处|判刑|刑满|处罚|缓刑|岁|绰号|外号|曾用名|化名|别名|护照|[男女]$|^[男女]|均为男|均为女|电话|统一社会"
)
_OCCUPATION = re.compile(
    r"无业|农民|务农|务工|打工|工人|学生|就读|在校|职员|员工|职工|雇员|司机|驾驶[员人]|经理|总裁|总监|董事|股东|法定代表人|"
    r"负责人|控制人|老板|店主|经营|个体|经商|商人|开发者|代理商|村民|居民|干部|科员|[科局处股厂校院所部站队村镇县市]长|主任|书记|"
    r"会计|出纳|教师|老师|医[生师]|护士|律师|记者|编辑|导游|厨师|保安|保洁|保姆|店员|服务员|销售|推销|采购|操作|"
    r"工程师|技[术师]|电工|焊工|水手|船员|渔民|牧民|军人|士兵|警察|民警|辅警|法官|检察官|公务员|收购|送餐|快递|外卖|"
    r"退休|离休|自由职业|待业|失业|公司(?!$)|人员$|助理|主播|演员|模特|编剧|交易员|发货员|仓管|管理"
)
_TOGETHER = re.compile(
    r"[，,；;。]\s*(?P<all>(?:以上|上述|[一二两三四五六七八九十\d]+人)?(?:均|都)[^。；]{1,30})"
)
_CLAUSE = re.compile(r"(?:（[^）]{0,40}）|[^，,。；;\n])+")
_LEAD = re.compile(r"^(?:职业\s*[:：]?|均?系|均为?|系|原系|为)")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is said of a person.

    ``birth`` lies in the middle of the year or month when the day is not named (``precision``);
    where the age decides, use :func:`ages_on`, which keeps the doubt.
    """

    sex: str | None = None
    birth: date | None = None
    precision: str | None = None
    stated_age: int | None = None
    age_at_conduct: int | None = None
    occupation: str | None = None

    def or_else(self, other: Particulars) -> Particulars:
        """The same, with gaps filled from ``other``."""
        return Particulars(
            self.sex or other.sex,
            self.birth or other.birth,
            self.precision or other.precision,
            self.stated_age if self.stated_age is not None else other.stated_age,
            self.age_at_conduct if self.age_at_conduct is not None else other.age_at_conduct,
            self.occupation or other.occupation,
        )


def age_on(birth: date, day: date) -> int:
    """Full years on ``day``: an age is reached on the day after the birthday (CL 17)."""
    before = (day.month, day.day) <= (birth.month, birth.day)
    return max(0, day.year - birth.year - before)


def ages_on(birth: date, precision: str | None, day: date) -> tuple[int, int]:
    """The least and the greatest age in full years that a birth of that precision allows."""
    if precision == "year":
        young, old = date(birth.year, 12, 31), date(birth.year, 1, 1)
    elif precision == "month":
        last = calendar.monthrange(birth.year, birth.month)[1]
        young, old = birth.replace(day=last), birth.replace(day=1)
    else:
        young = old = birth
    return age_on(young, day), age_on(old, day)


def read_particulars(text: str) -> Particulars:
    """Read the particulars of the one person that ``text`` describes.

    未满 18 周岁 gives 17. Ages in whole years.
    """
    sex = _SEX.search(text)
    birth, precision = _birth(text)
    stated, at_conduct = _age(text)
    return Particulars(
        sex=sex[1] if sex else None,
        birth=birth,
        precision=precision,
        stated_age=stated,
        age_at_conduct=at_conduct,
        occupation=_occupation(text),
    )


def read_together(text: str) -> Particulars:
    """What ``text`` says of all its persons together (均为天津市农民, 均为男性)."""
    for match in _TOGETHER.finditer(text):
        clause = match["all"]
        sex = _SEX.search(clause)
        occupation = _occupation(clause)
        if sex or occupation:
            return Particulars(sex=sex[1] if sex else None, occupation=occupation)
    return Particulars()


def _birth(text: str) -> tuple[date | None, str | None]:
    for match in _BIRTH.finditer(text):
        year = int(match["y"] or match["y2"] or match["y3"] or match["y4"])
        month = below_hundred(match["m"] or match["m2"] or match["m3"] or match["m4"])
        day = below_hundred(match["d"] or match["d2"] or match["d3"] or match["d4"])
        if not month or month > 12:
            return date(year, 7, 1), "year"
        last = calendar.monthrange(year, month)[1]
        if not day or day > last:
            return date(year, month, 15), "month"
        return date(year, month, day), "day"
    return None, None


def _age(text: str) -> tuple[int | None, int | None]:
    stated = at_conduct = None
    for match in _AGE.finditer(text):
        age = below_hundred(match["n"])
        # 近60岁 is still 59 at most; so is 未满.
        years = age - 1 if match["under"] and age else age
        if match["when"]:
            at_conduct = years if at_conduct is None else at_conduct
        if stated is None:
            stated = age if match["under"] == "近" else years
    return stated, at_conduct


def _occupation(text: str) -> str | None:
    for clause in _CLAUSE.findall(text):
        words = _LEAD.sub("", clause.strip())
        if (
            2 <= len(words) <= 40
            and not _SKIP_CLAUSE.search(words)
            and "嫌疑" not in words
            and _OCCUPATION.search(words)
        ):
            return words
    return None
