"""技术需求的表：需求、成果、对接，与只增不改的每一步；金额以分计，不知道为空。"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from miaopu.nurture.demands.states import DRAFT, ENTERED, RECOMMENDED, SIGNED, State, choices


class Demand(models.Model):
    """一项技术需求。budget 以分计；field、form 是目录里的代码；key 防一张表单交两遍；version 每改一次加一。"""

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    title = models.CharField("需求名称", max_length=80)
    field = models.CharField("领域", max_length=20, null=True, db_index=True)
    problem = models.TextField("要解决的问题", null=True)
    targets = models.TextField("技术指标", null=True)
    existing = models.TextField("已有的基础", null=True)
    budget = models.BigIntegerField("预算（分）", null=True)
    form = models.CharField("合作方式", max_length=20, null=True)
    deadline = models.DateField("希望完成", null=True)
    contact = models.CharField("联系人", max_length=30, null=True)
    phone = models.CharField("联系电话", max_length=20, null=True)
    state = models.CharField("状态", max_length=12, default=DRAFT, db_index=True)
    batch = models.CharField("推荐批次", max_length=60, null=True)
    recommended_on = models.DateField("推荐日期", null=True)
    number = models.CharField("入库编号", max_length=60, null=True, unique=True)
    entered_on = models.DateField("入库日期", null=True)
    behalf = models.BooleanField("代填", default=False)
    key = models.CharField(max_length=32, null=True, unique=True)
    version = models.IntegerField("版本", default=1)
    created_by = models.CharField("填报人", max_length=60)
    created = models.DateTimeField("填报时间", auto_now_add=True)
    updated_by = models.CharField("修改人", max_length=60)
    updated = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        db_table = "demands_demand"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="demand_title"),
            models.CheckConstraint(condition=Q(budget__isnull=True) | Q(budget__gte=0), name="demand_budget"),
            models.CheckConstraint(
                condition=~Q(state=ENTERED) | Q(number__isnull=False, entered_on__isnull=False), name="demand_entered"
            ),
        ]

    @property
    def at(self) -> State:
        """状态。"""
        return choices().states[self.state]

    @property
    def code(self) -> str:
        """编号，如 X00003。"""
        return f"X{self.pk:05d}"

    @property
    def field_title(self) -> str:
        """领域的名称；没有填为空串。"""
        return choices().fields.get(self.field or "", "")

    @property
    def form_title(self) -> str:
        """合作方式的名称；没有填为空串。"""
        return choices().forms.get(self.form or "", "")

    @property
    def editable(self) -> bool:
        """还能改内容。"""
        return self.state in choices().editable


class Result(models.Model):
    """一项成果与它的院所。place 是省或市的区划代码；invented 是演示用的虚构。"""

    title = models.CharField("成果名称", max_length=120)
    institute = models.CharField("院所", max_length=80)
    field = models.CharField("领域", max_length=20, db_index=True)
    keywords = models.TextField("关键词", null=True)
    maturity = models.CharField("成熟度", max_length=20, null=True)
    place = models.CharField("地点代码", max_length=6, null=True)
    place_title = models.CharField("地点", max_length=40, null=True)
    contact = models.CharField("联系方式", max_length=80, null=True)
    invented = models.BooleanField("虚构", default=False)
    version = models.IntegerField("版本", default=1)
    updated_by = models.CharField("修改人", max_length=60)
    updated = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        db_table = "demands_result"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "title"], name="demand_result_once"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(institute=""), name="demand_result_named"),
        ]

    @property
    def code(self) -> str:
        """编号，如 C00012。"""
        return f"C{self.pk:05d}"

    @property
    def field_title(self) -> str:
        """领域的名称。"""
        return choices().fields.get(self.field, self.field)

    @property
    def maturity_title(self) -> str:
        """成熟度的名称；不详为空串。"""
        return choices().maturity.get(self.maturity or "", "")


class Match(models.Model):
    """一次对接：一项需求与一项成果。told 是推荐时的得分与理由，写下后不改；amount 以分计。"""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="matches")
    result = models.ForeignKey(Result, models.PROTECT, related_name="matches")
    state = models.CharField("状态", max_length=12, default=RECOMMENDED, db_index=True)
    told = models.TextField("推荐时的得分与理由")
    met_on = models.DateField("最近对接", null=True)
    contract_number = models.CharField("合同编号", max_length=60, null=True)
    amount = models.BigIntegerField("合同金额（分）", null=True)
    signed_on = models.DateField("签约日期", null=True)
    file = models.CharField("合同文件", max_length=120, null=True)
    path = models.CharField("存在哪里", max_length=200, null=True)
    version = models.IntegerField("版本", default=1)

    class Meta:
        db_table = "demands_match"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["demand", "result"], name="demand_match_once"),
            models.UniqueConstraint(fields=["demand", "contract_number"], name="demand_contract_once"),
            models.CheckConstraint(
                condition=~Q(state=SIGNED)
                | Q(contract_number__isnull=False, amount__isnull=False, signed_on__isnull=False),
                name="demand_match_signed",
            ),
        ]

    @property
    def at(self) -> State:
        """状态。"""
        return choices().match_states[self.state]


class Move(models.Model):
    """一步：需求的或对接的；before 为空是建立。只增不改，理由不得为空。"""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="moves")
    match = models.ForeignKey(Match, models.CASCADE, related_name="moves", null=True)
    title = models.CharField("办了什么", max_length=40)
    before = models.CharField("从", max_length=12, null=True)
    after = models.CharField("到", max_length=12)
    reason = models.TextField("理由")
    given = models.TextField("所填", null=True)
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "demands_move"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="demand_move_reason")]
