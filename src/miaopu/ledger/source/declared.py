"""来源的声明：冻结的列、表、来源与全部来源；不读文件。"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from miaopu.terms.district import Districts
from miaopu.terms.indicator import Indicator

IDENTITY_ROLES = ("uscc", "name", "region", "address", "former")


@dataclass(frozen=True)
class Column:
    """一列：role 角色；indicator 指标或 key.field；kind 类别；aliases 归一后的表头；
    unit 没有写明单位时的单位（空串表示必须写明）；period 期间取自何处的次序；values 代码→同义词；missing 这一列里表示“没有数”的写法。
    """

    role: str
    aliases: tuple[str, ...]
    indicator: str = ""
    kind: str = "text"
    unit: str = ""
    period: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    sets: tuple[str, ...] = ()
    open: bool = False
    missing: frozenset[str] = frozenset()
    line: int = 0

    @property
    def key(self) -> str:
        """指标列为指标键，其余为角色。"""
        return self.indicator or self.role

    @property
    def is_item_field(self) -> bool:
        """是否条目指标的字段。"""
        return "." in self.indicator


@dataclass(frozen=True)
class Table:
    """一张表的声明。titles 归一后的工作表名或表题用词；coverage 为 complete 时名单外即为“无”。"""

    code: str
    title: str
    columns: tuple[Column, ...]
    titles: tuple[str, ...] = ()
    shape: str = "list"
    coverage: str = ""
    expected_rows: tuple[int, int] = (0, 2**31)
    ignore: frozenset[str] = frozenset()

    def with_role(self, role: str) -> Column | None:
        """某角色的列；没有为 None。"""
        return next((one for one in self.columns if one.role == role), None)

    @property
    def indicators(self) -> frozenset[str]:
        """这张表能给的指标与字段，称号列的各称号也在内。"""
        title = self.with_role("title")
        return frozenset(one.indicator for one in self.columns if one.indicator) | frozenset(
            title.values.values() if title else ()
        )

    @property
    def item_indicator(self) -> str:
        """表所载条目指标的键；不是条目表为空串。"""
        return next((one.indicator.split(".")[0] for one in self.columns if one.is_item_field), "")


@dataclass(frozen=True)
class Source:
    """一个来源。may_ground 为假的来源（统计单个调查对象资料）不得作为认定或奖励依据；creates 为真的才可立新主体。"""

    code: str
    title: str
    department: str
    sharing_basis: str
    purpose: str
    precedence: int
    basis: str
    tables: tuple[Table, ...]
    coverage: str = ""
    may_ground: bool = True
    creates: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict, hash=False)
    personal: frozenset[str] = frozenset()
    path: str = field(default="", compare=False)

    def table(self, code: str) -> Table:
        """按代码取表；没有抛 KeyError。"""
        return next(one for one in self.tables if one.code == code)


@dataclass(frozen=True)
class Sources(Mapping[str, Source]):
    """全部来源（代码→来源），连同指标、行业代码表（code→name）、区划，以及本市代码（分辨重名的区，可空）。"""

    every: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    industries: Mapping[str, str]
    districts: Districts
    city: str | None = None

    @property
    def key_fields(self) -> frozenset[str]:
        """条目键自成的字段，如 ip.number。"""
        return frozenset(f"{key}.{one.key_field}" for key, one in self.indicators.items() if one.key_field)

    def __getitem__(self, code: str) -> Source:
        return self.every[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.every)

    def __len__(self) -> int:
        return len(self.every)
