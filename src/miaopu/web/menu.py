"""菜单：每一项要什么操作权限；没有权限的人看不到。"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from miaopu.access.actor import Actor


@dataclass(frozen=True)
class Item:
    """菜单的一项：名称、网址名、图标、要的操作（空为登录即可）。"""

    title: str
    name: str
    icon: str
    operation: str = ""


MENU = (
    Item("工作台", "desk", "home"),
    Item("企业总库", "firms", "building-factory-2", "firm.view"),
    Item("筛选", "screening:index", "filter", "screening.view"),
    Item("数据汇聚", "intake:index", "database", "intake.view"),
    Item("规则中心", "rules:index", "scale", "rule.view"),
    Item("培育库", "library:index", "plant-2", "library.view"),
    Item("服务队伍", "specialists:pairs", "users", "pair.view"),
    Item("跟进", "followup:home", "user-check", "visit.view"),
    Item("技术需求", "demands:index", "bulb", "demand.view"),
    Item("专项登记", "registers:index", "clipboard-list", "register.view"),
    Item("任务台账", "tasks:index", "checklist", "task.view"),
    Item("我的作业", "jobs:index", "activity", "job.view"),
    Item("账号与授权", "accounts", "users", "account.view"),
    Item("安全策略", "security", "shield-lock", "security.manage"),
    Item("运行维护", "system", "server", "system.manage"),
    Item("操作日志", "log", "history", "log.view"),
)


def menu(actor: Actor) -> list[tuple[Item, str]]:
    """这个人看得到的菜单：（项，网址）。"""
    return [(one, url) for one in MENU if (not one.operation or actor.may(one.operation)) and (url := _url(one.name))]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
