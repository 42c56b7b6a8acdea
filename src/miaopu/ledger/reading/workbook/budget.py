"""预算：一份文件最多许用多少字节、格、秒、内存；超出即以一句话拒收。"""

from collections.abc import Callable
from dataclasses import dataclass

MEGABYTE = 1 << 20
Share = Callable[[float], None]
"""做到几成（0—1）；时常叫一声，叫的人要停就在里面抛错，抛了即刻停下、什么也不留。"""


def unheard(share: float) -> None:
    """没有人要听。"""


@dataclass(frozen=True)
class Budget:
    """读一份文件的上限。

    file_bytes 文件本身；unpacked_bytes 压缩包展开后；ratio 展开倍数（超过 ratio_from 字节才看）；
    cells 有内容的格；dense_cells 首末行列围成的格（稀疏表另走慢路）；seconds、memory_bytes 是读表子进程的时限与内存。
    """

    file_bytes: int = 400 * MEGABYTE
    unpacked_bytes: int = 1536 * MEGABYTE
    ratio: int = 150
    ratio_from: int = 64 * MEGABYTE
    cells: int = 20_000_000
    dense_cells: int = 4_000_000
    seconds: int = 300
    memory_bytes: int = 4096 * MEGABYTE


STANDARD = Budget()
