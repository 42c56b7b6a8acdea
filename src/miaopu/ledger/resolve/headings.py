"""决定文件与复核清单的栏目：中文表头与内部栏目的对应，写的与读的用同一张表。"""

from miaopu.ledger.ruling import Kind, Ruling

KINDS = {
    "主体": Kind.IDENTITY, "身份": Kind.IDENTITY, "主体对齐": Kind.IDENTITY, "identity": Kind.IDENTITY,
    "取数": Kind.CHOICE, "冲突": Kind.CHOICE, "冲突取值": Kind.CHOICE, "choice": Kind.CHOICE, "conflict": Kind.CHOICE,
    "核定": Kind.JUDGEMENT, "判断": Kind.JUDGEMENT, "须人工": Kind.JUDGEMENT, "judgement": Kind.JUDGEMENT,
}  # fmt: skip

RULINGS = {
    "同一家": Ruling.SAME, "是同一家": Ruling.SAME, "指定企业": Ruling.SAME, "same": Ruling.SAME,
    "不是同一家": Ruling.NOT_SAME, "不是": Ruling.NOT_SAME, "not_same": Ruling.NOT_SAME,
    "新主体": Ruling.NEW, "new": Ruling.NEW,
}  # fmt: skip

POSTPONED = frozenset({"", "暂不处理"})
CHOICES = ("候选1", "候选2", "候选3", "候选4", "候选5", "指定企业", "新主体", "暂不处理")
"""复核清单“决定”栏的下拉选项。"""

HEADINGS = {
    "类型": "kind", "决定类型": "kind",
    "批次": "batch", "批次号": "batch",
    "行编号": "row_id", "行": "row_id",
    "企业": "enterprise", "企业号": "enterprise", "指定企业号": "enterprise",
    "另一企业": "other", "并入的企业": "other",
    "决定": "ruling", "结论": "ruling",
    "理由": "reason", "决定理由": "reason",
    "依据": "evidence", "凭据": "evidence",
    "决定人": "by", "决定日期": "on", "有效至": "until",
    "指标": "indicator", "条目": "item", "期间": "period", "来源": "source", "口径": "basis",
    "标准": "version", "标准版本": "version",
    "来源名称": "name", "企业名称": "name", "来源代码": "uscc", "统一社会信用代码": "uscc",
    **{f"候选{n}企业号": f"candidate_{n}" for n in range(1, 6)},
}  # fmt: skip
"""表头 → 栏目；表头先去空白与括号里的说明。"""

REVIEW_COLUMNS = (
    ("类型", 6), ("批次", 22), ("行编号", 8), ("工作表", 10), ("源行", 6), ("来源名称", 30), ("来源代码", 22),
    ("所属县区", 12), ("住所", 26), ("去向", 8), ("原因", 36),
    *((f"候选{n}{part}", width) for n in range(1, 6) for part, width in (("企业号", 20), ("名称", 28), ("得分", 6), ("理由", 24))),
    ("决定", 12), ("指定企业号", 20), ("决定理由", 26), ("依据", 20), ("决定人", 10), ("决定日期", 12),
)  # fmt: skip
"""复核清单的栏目与列宽。"""
