"""主体对齐基准的名单：虚构名册，与按种类改坏名称的带噪声名单及其答案。"""

import random
import unicodedata
from dataclasses import dataclass

import polars as pl
from opencc import OpenCC

from miaopu.ledger.record import ROW_SCHEMA
from miaopu.ledger.resolve import REGISTRY_SCHEMA
from miaopu.ledger.resolve.settle import packaged_districts
from miaopu.terms import uscc

KINDS = (
    "clean",
    "width",
    "space",
    "traditional",
    "brackets",
    "form",
    "region",
    "typo",
    "former",
    "former_unknown",
    "absent",
)
SYLLABLES = (
    "鑫泰恒达华盛信科远洋天宇金龙海润锦博瑞康宏伟联创东正通顺祥和兴隆永利安邦"
    "嘉合美德旭日升辉凯悦诚义丰源百川汇智慧云腾飞跃峰立业晶光星辰航宇力量亚太"
)
TRADES = [
    "机械",
    "轴承",
    "纺织",
    "食品",
    "化工",
    "建材",
    "物流",
    "商贸",
    "科技",
    "电子",
    "农业",
    "新材料",
    "包装",
    "铸造",
    "汽车配件",
    "环保设备",
    "建筑工程",
    "生物科技",
]
FORMS = ("有限公司", "有限责任公司", "股份有限公司")


def invented(count: int, chance: random.Random) -> pl.DataFrame:
    """虚构名册：name、address。"""
    counties = [one for one in packaged_districts().rows if one.level == "county" and one.code[:4] in ("3715", "3704")]
    seen: dict[str, str] = {}
    while len(seen) < count:
        brand = "".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3, 3, 4))))
        place = chance.choice(counties)
        front = chance.choice(("聊城市", "聊城", "山东", "枣庄", "枣庄市", place.name, "山东省聊城市" + place.name))
        form = chance.choices(FORMS, (85, 10, 5))[0]
        name = f"{front}{brand}虚构{chance.choice(TRADES)}{form}"
        seen.setdefault(name, f"{place.name}虚构路{chance.randrange(1, 400)}号")
    return pl.DataFrame({"name": list(seen), "address": list(seen.values())})


def code(number: int) -> str:
    """虚构的有效代码。"""
    body = f"91371500{number:08d}"
    body += uscc.organisation_digit(body[8:])
    return body + uscc.check_digit(body)


@dataclass(frozen=True)
class Noise:
    """按种类改坏一个名称。"""

    chance: random.Random
    letters: str

    def spoil(self, kind: str, name: str) -> str:
        """改坏后的名称；不能改的种类原样返回。"""
        return getattr(self, f"_{kind}", lambda one: one)(name)

    def _width(self, name: str) -> str:
        return name.replace("(", "（").replace(")", "）") if "(" in name else unicodedata.normalize("NFKC", name)

    def _space(self, name: str) -> str:
        at = self.chance.randrange(1, len(name))
        return name[:at] + self.chance.choice((" ", "　", "\u200b")) + name[at:] + self.chance.choice(("", " "))

    def _traditional(self, name: str) -> str:
        return TRADITIONAL.convert(name)

    def _brackets(self, name: str) -> str:
        plain = name.replace("（", "(").replace("）", ")")
        if "(" in plain:
            return (
                plain.replace("(", "【").replace(")", "】")
                if self.chance.random() < 0.5
                else plain.replace("(", "").replace(")", "")
            )
        return plain + self.chance.choice(("（盖章）", "(已更名)"))

    def _form(self, name: str) -> str:
        for form in sorted(FORMS, key=len, reverse=True):
            if name.endswith(form):
                return name.removesuffix(form) + self.chance.choice(["", *(one for one in FORMS if one != form)])
        return name + "有限公司"

    def _region(self, name: str) -> str:
        for word in ("山东省聊城市", "山东省枣庄市", "聊城市", "枣庄市", "聊城", "枣庄", "山东省", "山东"):
            if name.startswith(word):
                rest = name.removeprefix(word)
                return (
                    self.chance.choice([one for one in ("", "山东", word.removesuffix("市") + "市") if one != word])
                    + rest
                )
        return self.chance.choice(("山东", "山东省")) + name

    def _typo(self, name: str) -> str:
        at, roll = self.chance.randrange(1, max(2, len(name) - 4)), self.chance.random()
        if roll < 0.5:
            return name[:at] + self.chance.choice(self.letters) + name[at + 1 :]
        if roll < 0.7:
            return name[:at] + name[at + 1 :]
        return name[:at] + self.chance.choice(self.letters) + name[at:]


TRADITIONAL = OpenCC("s2t")


def former(name: str, chance: random.Random) -> str:
    """一个虚构的曾用名：换字号，后半不变。"""
    half = len(name) // 2
    return name[:2] + "".join(chance.choices(SYLLABLES, k=3)) + name[half:]


def build(source: pl.DataFrame, size: int, chance: random.Random) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """名册、名单、答案（row_id、truth、kind）；一成名称不放进名册。"""
    firms = source.unique("name", keep="first", maintain_order=True).sample(fraction=1, shuffle=True, seed=7)
    absent = firms.head(max(1, firms.height // 10))
    kept = firms.tail(firms.height - absent.height)
    noise = Noise(chance, "".join(sorted({one for name in kept["name"].head(5_000) for one in name})))
    registry, rows, truth = [], [], []
    wanted = dict.fromkeys(chance.sample(range(kept.height), min(size, kept.height)))
    for number, (name, address) in enumerate(kept.select("name", "address").iter_rows()):
        kind = chance.choice(KINDS[:-1]) if number in wanted else ""
        old = former(name, chance) if kind.startswith("former") else None
        registry.append((code(number), code(number), name, [old] if kind == "former" else [], None, address, None))
        if kind:
            truth.append((code(number), kind))
            rows.append(_row(len(rows), old or noise.spoil(kind, name), address, chance))
    for name, address in absent.select("name", "address").head(size // 10).iter_rows():
        truth.append((None, "absent"))
        rows.append(_row(len(rows), name, address, chance))
    answers = pl.DataFrame(truth, schema=["truth", "kind"], orient="row").with_row_index("row_id")
    return pl.DataFrame(registry, schema=REGISTRY_SCHEMA, orient="row"), pl.DataFrame(rows, schema=ROW_SCHEMA), answers


def _row(at: int, name: str, address: str, chance: random.Random) -> dict:
    given = address if chance.random() < 0.3 else None
    return {"row_id": at, "sheet": "名单", "row": at + 2, "name_raw": name, "address_raw": given}
