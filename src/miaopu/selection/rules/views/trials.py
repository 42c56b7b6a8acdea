"""判例与试一试的页面：现算，不存。"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.selection.rules import shelf, trials
from miaopu.selection.rules.views.gate import viewing

LONGEST = 20_000
"""填写的事实最多多少字。"""


@viewing
def cases(request: HttpRequest, code: str) -> HttpResponse:
    """判例清单，现算。"""
    standard = shelf.standard_of(clean(code))
    found = trials.cases(standard)
    told = {
        "standard": standard,
        "tab": "cases",
        "cases": [(one, trials.case_rows(one)) for one in found],
        "checked": sum(one.result.checked for one in found),
        "wrong": sum(len(one.result.mismatches) for one in found),
        "words": trials.WORDS,
    }
    return render(request, "rules/cases.html", told)


@viewing
def case(request: HttpRequest, code: str, name: str, row: int) -> HttpResponse:
    """一条判例的说明树。"""
    standard = shelf.standard_of(clean(code))
    facts, expect, told = trials.one_case(standard, clean(name), row)
    shown = {"standard": standard, "name": name, "row": row, "facts": trials.named(facts), "told": told}
    titles = {one.id: one.title for one in (*standard.walk(), *standard.scores, *standard.totals)}
    shown["expect"] = [(key, titles.get(key, ""), value) for key, value in expect.items()]
    return render(request, "rules/case.html", {**shown, "tab": "cases", "explained": shelf.explained()})


@viewing
def attempt(request: HttpRequest, code: str) -> HttpResponse:
    """试一试：填事实，看说明树；什么都不存。"""
    standard = shelf.standard_of(clean(code))
    given = {key: str(value) for key, value in request.POST.items()}
    told, wrong = None, ""
    if request.method == "POST":
        try:
            for value in given.values():
                clean(value, "填写的内容", LONGEST)
            told = trials.tried(standard, given)
        except Wrong as error:
            wrong = str(error)
    shown = {"standard": standard, "tab": "try", "asked": trials.asked(standard, given), "given": given}
    answer = {**shown, "told": told, "wrong": wrong, "explained": shelf.explained()}
    return render(request, "rules/try.html", answer, status=400 if wrong else 200)
