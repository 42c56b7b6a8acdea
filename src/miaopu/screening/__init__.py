"""筛选：每家在梯上哪一级、下一级差什么、谁先谁后；表进表出，不读写文件，不作认定。"""

from miaopu.screening.screen import Screening, screen
from miaopu.screening.settings import Settings, load_settings
from miaopu.screening.target import targets

__all__ = ["Screening", "Settings", "load_settings", "screen", "targets"]
