"""What happened on a date, read from the words around it."""

from __future__ import annotations

import re

from .facts import DateRole
from .models import FieldName

_AHEAD = 90
_BORN_AHEAD = re.compile(r"\s*(?:出生|生(?=[，,。；;、）)\s]|$|于|人))")
_BORN_BEHIND = re.compile(
    r"(?:出生于|生于|出生日期|出生年月日?|出生时间)\s*(?:是|为|系)?[:：]?\s*$"
)

# The first cue behind the date decides, so phrases that only look like a step come first.
_STEPS = re.compile(
    r"(?P<return>退回[^。；，]{0,16}?补充|退回[^。；，]{0,10}?侦查|退查|退补)"
    r"|(?P<none>提请[^。；，]{0,25}?逮捕|(?:不|未|没有)(?:予|经)?批准?逮捕|(?:不|未)予立案|没有立案|"
    r"(?:行政|司法)拘留|拘留所|(?:建议|要求|监督|申请)[^。；，]{0,20}?立案|撤销案件|"
    r"(?:变更|改)[^。；，]{0,4}取保候审|延长[^。；，]{0,12}期限|民事[^。；，]{0,6}立案|移送(?:线索|管辖|意见))"
    r"|(?P<transfer>(?<!线索)移送(?![^。；，]{0,12}?(?:公安|监察|法院|预审))|提请(?:审查|移送)起诉)"
    r"|(?P<detention>刑事拘留|刑拘|(?:被|予以|执行|决定)拘留)"
    r"|(?P<arrest>逮捕)"
    r"|(?P<filing>立案)"
    r"|(?P<report>报案|报警|举报|控告|(?<!本)案发(?![前后时现])|发案)"
    r"|(?P<death>死亡|身亡|病故|去世)"
    r"|(?P<other>取保候审|监视居住|投案|自首|到案|归案|抓获|查获|传唤|受理|听证|释放)"
)
_IN_FACT = re.compile(
    r"(?P<none>提请[^。；，]{0,25}?逮捕|(?:行政|司法)拘留|价格(?:认定|鉴证)|认定价|核定|检测|化验|审计|勘测|复核|"
    r"换工作|离职|退休|搬家|(?:开具|办理)[^。；，]{0,8}证明|提起过|说起|回忆|得知|获悉|"
    r"到(?:派出所|公安(?:局|机关)|交警|检察院)|刑释|出院|鉴定|检验|评估|认定书|判处|判决|刑满|释放|结婚|离婚|一审|二审|再审|修正|修订|施行|"
    r"就医|就诊|复诊|住院|诊断|恋爱|赔偿|谅解|和解|退赔|退赃|退缴|缴纳|听证|取保|投案|自首|到案|归案|抓获|被抓|传唤|讯问|询问|"
    r"辨认|扣押|搜查|侦查实验|开庭|宣判|提起自诉|处罚决定|因犯|因吸|因赌|因盗|强制戒毒|签署|承诺书)"
    r"|(?P<return>退回[^。；，]{0,16}?补充|退查)"
    r"|(?P<transfer>(?<!线索)移送(?:[^。；，]{0,20}?(?:检察|审查))|移送起诉)"
    r"|(?P<detention>刑事拘留|刑拘)"
    r"|(?P<arrest>逮捕)"
    r"|(?P<filing>立案(?:侦查|调查)?)"
    r"|(?P<report>报案|报警|(?<!根据)(?<![接到经])举报|控告)"
    r"|(?P<death>死亡|身亡|病故|去世)"
)
_ACTING = re.compile(
    r"驾驶|驾车|行驶|饮酒|酒后|醉酒|窜至|殴打|打伤|砍|捅|刺|持刀|持械|盗窃|窃取|窃得|盗走|偷|抢|骗|"
    r"贩卖|卖给|出售|购买|收购|伙同|纠集|邀约|预谋|商量|强行|威胁|争执|争吵|冲突|口角|厮打|扭打|互殴|虚构|伪造|"
    r"冒充|谎称|转账|提供|开设|赌博|容留|吸食|运输|发布|侵入|闯入|放火|爆炸|猥亵|强奸|发生性关系|收受|索要|"
    r"挪用|侵占|虚开|走私|砍伐|猎捕|捕捞|采伐|开采|倾倒|组织|开始|拨打|撞|趁"
)
_DONE = re.compile(
    _ACTING.pattern + r"|送|付|收|给|拿|取|报销|领|借|签|注册|成立|挖|建|占用|种|养|使用|经营|"
    r"销售|生产|排放|排|代|办|打|住|骑|卖|买|汇|存|加工|雇|开具|开票|担任|利用|继续|再次|又|案发|杀|烧|毁|砸|推|撕|抓|带|运|藏|持有|非法"
)
_CAME_TO_LIGHT = re.compile(
    r"民警|公安|派出所|警方|反映|举报|核查|核实|排查|普查|巡查|说出|讲出|供出|交代|自己讲|主动说|信访|比中|查获|抓"
)
_GOES_ON = re.compile(r"继续(?!侦查|审理|治疗|调查|审查|追赃|羁押|履行)")
_AT_ONCE = re.compile(r"(?:随后|随即|当即|立即|遂|当场|即)$")
# How far behind the date a step counts in a narrative; what stands farther off belongs to the act.
_NEAR = 45
_ROLES = {
    "return": DateRole.RETURN,
    "transfer": DateRole.TRANSFER,
    "detention": DateRole.DETENTION,
    "arrest": DateRole.ARREST,
    "filing": DateRole.FILING,
    "report": DateRole.REPORT,
    "death": DateRole.DEATH,
    "other": DateRole.OTHER,
    "none": DateRole.OTHER,
}
_EVIDENCE_LIST = re.compile(r"证据如下|上述(?:犯罪)?事实[^。；]{0,30}?(?:证据|证实|证明)")
_SENTENCE_END = re.compile(r"[。；;\n]")


def acted(text: str, end: int, upto: int) -> bool:
    """Whether an act is told behind the date ending at ``end``, before anything came to light."""
    stop = _SENTENCE_END.search(text, end, min(upto, end + _AHEAD))
    limit = stop.start() if stop else min(upto, end + _AHEAD)
    act = _DONE.search(text, end, limit)
    light = _CAME_TO_LIGHT.search(text, end, limit)
    return act is not None and (light is None or act.start() < light.start())


def evidence_from(fact: str) -> int:
    """Where the list of evidence behind the narrative starts; the length of the text if nowhere."""
    found = _EVIDENCE_LIST.search(fact)
    return found.start() if found else len(fact)


def role_of(field: FieldName, text: str, start: int, end: int, upto: int) -> DateRole:
    """The role of the date at ``[start, end)``; its words reach at most to ``upto``.

    In ``fact`` a date is one of conduct unless marked otherwise; elsewhere it is OTHER.
    """
    if _BORN_AHEAD.match(text, end) or _BORN_BEHIND.search(text, max(0, start - 12), start):
        return DateRole.BIRTH
    limit = min(upto, end + _AHEAD)
    stop = _SENTENCE_END.search(text, end, limit)
    limit = stop.start() if stop else limit
    if field == "fact":
        return _in_fact(text, end, limit)
    step = _STEPS.search(text, end, limit)
    return _ROLES[step.lastgroup] if step and step.lastgroup else DateRole.OTHER


def _in_fact(text: str, end: int, limit: int) -> DateRole:
    step = _IN_FACT.search(text, end, min(limit, end + _NEAR))
    if step is None or step.lastgroup is None or _ACTING.search(text, end, step.start()):
        return DateRole.CONDUCT
    if _GOES_ON.search(text, end, limit) or _AT_ONCE.search(text, end, step.start()):
        return DateRole.CONDUCT
    if step.lastgroup == "death" and step.start() - end > _NEAR // 2:
        return DateRole.CONDUCT
    return _ROLES[step.lastgroup]
