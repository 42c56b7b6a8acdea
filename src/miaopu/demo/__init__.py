"""演示城市：虚构的二十万户企业与各部门送来的文件，附真值；不引用标准，也不照任何门槛调整。"""

from miaopu.demo.build import DemoCity, build

__all__ = ["DemoCity", "build"]
