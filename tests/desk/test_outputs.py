"""成果的标记：写了一半、读不出的当作没有，下一回照样写成；空的城市不冒出“全市工业和信息化局”。"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from miaopu.desk import outputs
from miaopu.desk.dossier import Reading
from miaopu.desk.screened import place_of


@pytest.mark.parametrize("torn", ['{"made_from": {"run"', "", "[]", "\ufeff{"])
def test_a_torn_mark_is_no_mark(torn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "报告.docx"
    made.touch()
    calls: list[Path] = []
    monkeypatch.setattr(outputs, "write", lambda space, found, out, tell: calls.append(out) or [made])
    (tmp_path / outputs.DONE).write_text(torn, encoding="utf-8")
    found = SimpleNamespace(marks={"run": "r1"})
    for _ in range(2):
        assert outputs.written(None, found, tmp_path, print) == [made]
    assert calls == [tmp_path], "第二回认得标记，不重写"
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([made.name, outputs.DONE])


def test_a_place_without_firms_names_only_the_office(reading: Reading) -> None:
    empty = pl.DataFrame({"region": []}, schema={"region": pl.String})
    assert place_of(reading.space, empty).bureau == "工业和信息化局"
    late = pl.DataFrame({"region": ["370102"] * 3 + ["371502"] * 4})
    assert place_of(reading.space, late).bureau == "聊城市工业和信息化局"
