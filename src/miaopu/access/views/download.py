"""下载：写到临时文件，读进内存就删；文件名是中文也不乱码。"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import FileResponse
from django.utils.cache import patch_cache_control


def download(name: str, write: Callable[[Path], Any]) -> FileResponse:
    """write 写好的工作簿作为下载；不许浏览器与代理存。"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write(path)
        stream = path.open("rb")
    response = FileResponse(stream, as_attachment=True, filename=name)
    patch_cache_control(response, no_store=True, private=True)
    return response
