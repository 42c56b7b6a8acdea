"""变动的依据：文字与文件；文件查过的存进文件库，登记到每一次变动。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile

from miaopu.access.text import clean
from miaopu.selection import files as shelf
from miaopu.selection.library.models import Move, Proof

FOLDER, WHAT = "library", "依据"


@dataclass(frozen=True)
class Given:
    """依据：文字（没有为 None）与查过的文件。"""

    text: str | None = None
    files: tuple[shelf.Given, ...] = ()

    @property
    def blank(self) -> bool:
        """什么也没有。"""
        return not (self.text or self.files)


NONE = Given()
"""没有依据。"""


def given(text: str = "", files: Sequence[UploadedFile] = ()) -> Given:
    """查过的依据；有一份不行就整件不办（抛 Wrong）。"""
    return Given(clean(text, WHAT, 1_000) or None, tuple(shelf.check(files, WHAT)))


def keep(moves: Sequence[Move], proof: Given) -> None:
    """存进文件库，登记到每一次变动；同样内容只存一份。"""
    placed = [(one, shelf.keep(FOLDER, one)) for one in proof.files]
    Proof.objects.bulk_create(
        Proof(move=move, name=one.name, path=path, digest=one.digest) for one, path in placed for move in moves
    )
