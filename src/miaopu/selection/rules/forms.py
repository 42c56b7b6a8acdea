"""表单：提出一份提案、改界线、走一步。只查写法，规矩在 actions.py。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.selection.city import city
from miaopu.selection.rules.actions import Asked, Terms
from miaopu.selection.rules.drafts import examined
from miaopu.selection.rules.models import Proposal
from miaopu.standards.tree.reading import KINDS, read_clauses
from miaopu.standards.tree.source import Limit, limits

DATE = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
TEXT = {"class": "form-control"}


class TermsForm(forms.Form):
    """依据、理由、起止与事项。"""

    basis = forms.CharField(label="依据的文件（文号）", max_length=200, widget=forms.TextInput(attrs=TEXT))
    reason = forms.CharField(label="为什么改", max_length=2000, widget=forms.Textarea(attrs={**TEXT, "rows": 3}))
    kind = forms.ChoiceField(
        label="用于",
        required=False,
        choices=[("", "新申请与复核"), *KINDS.items()],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    starts = forms.DateField(label="从哪天起用", widget=DATE)
    ends = forms.DateField(label="用到哪天（可不写）", required=False, widget=DATE)

    def terms(self) -> Terms:
        """填好的内容。"""
        told = self.cleaned_data
        basis, reason = clean(told["basis"], "依据的文件"), clean(told["reason"], "为什么改", 2000)
        return Terms(basis, reason, told["starts"], told["kind"] or None, told["ends"])


class ProposalForm(TermsForm):
    """提出：由哪一版改、新版的名字，另加依据、理由、起止。"""

    base = forms.ChoiceField(label="由哪一版改", widget=forms.Select(attrs={"class": "form-select"}))
    release = forms.CharField(label="新版的版本名", max_length=30, widget=forms.TextInput(attrs=TEXT))
    code = forms.CharField(label="新版的标准代码", max_length=40, widget=forms.TextInput(attrs=TEXT))
    field_order = ("base", "release", "code", "basis", "starts", "ends", "kind", "reason")

    def __init__(self, bases: Sequence[tuple[str, str]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["base"].choices = bases  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """填好的内容。"""
        told = self.cleaned_data
        return Asked(told["base"], told["release"].strip(), told["code"].strip(), self.terms())


class MoveForm(forms.Form):
    """走一步：并发版本、意见、停用日期。"""

    version = forms.IntegerField(error_messages={"required": "表单缺了版本；请刷新页面再来"})
    opinion = forms.CharField(required=False, max_length=2000)
    starts = forms.DateField(required=False)

    def clean_opinion(self) -> str:
        """意见里不能有控制字符。"""
        try:
            return clean(self.cleaned_data["opinion"], "意见", 2000)
        except Wrong as error:
            raise forms.ValidationError(str(error)) from error


@dataclass(frozen=True)
class LimitRow:
    """改界线的一行：界线、条款名称与读法、填的值。"""

    limit: Limit
    title: str
    plain: str
    value: str

    @property
    def name(self) -> str:
        """表单里的名字。"""
        return f"n-{self.limit.clause}-{self.limit.index}"


def limits_of(proposal: Proposal) -> list[LimitRow]:
    """提案主文件里可以改的界线；读不进的（YAML 写错）给空。"""
    found = examined(proposal)
    if found.standard is None:
        return []
    text = proposal.files.get(name=f"{proposal.release}.yaml").text
    lines = {line.id: line for line in read_clauses(found.standard, city().library.vocabulary)}
    return [
        LimitRow(one, lines[one.clause].title, lines[one.clause].plain, one.number)
        for one in limits(text)
        if one.clause in lines
    ]


class LimitForm:
    """界线表单：每个界线一栏，只收数字。"""

    def __init__(self, rows: Sequence[LimitRow], given: Mapping[str, str] | None) -> None:
        self.known, self.given = rows, given or {}
        self.told = ""
        self.version = 0

    def rows(self) -> list[LimitRow]:
        """各行，填过的带着填的值。"""
        return [LimitRow(one.limit, one.title, one.plain, self.given.get(one.name, one.value)) for one in self.known]

    def is_valid(self) -> bool:
        """数字写法与版本；不对的在 told 里。"""
        text = self.given.get("version", "")
        if not text.isdecimal():
            self.told = "表单缺了版本；请刷新页面再改"
            return False
        self.version = int(text)
        for one in self.rows():
            if not one.value.replace(".", "", 1).isdecimal() or not one.value.isascii():
                self.told = f"{one.limit.clause} {one.title} 的界线应是数字，发现“{one.value}”"
                return False
        return True

    def changed(self) -> dict[tuple[str, int], str]:
        """改过的界线。"""
        now = {one.name: one.value for one in self.known}
        return {(one.limit.clause, one.limit.index): one.value for one in self.rows() if one.value != now[one.name]}
