"""走访照片：去掉地点、留下时间；不收的说清缘由，什么也不留。"""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.nurture.followup.pictures import huge, misspelt, photo, picture, torn
from tests.nurture.followup.test_visits import TOLD, planned

from miaopu.access.act import Wrong
from miaopu.nurture.followup.actions import records
from miaopu.nurture.followup.models import Record
from miaopu.selection.files import located

pytestmark = pytest.mark.django_db


def test_photos_lose_their_place_and_keep_the_time(people):
    one = planned(people.specialist, people, date(2026, 11, 19))
    assert Image.open(io.BytesIO(picture())).getexif().get_ifd(0x8825)
    one = records.record(people.specialist, one.pk, one.version, TOLD, (), [photo(), photo(picture("PNG"), "表.png")])
    kept = list(one.records.first().files.all())
    assert [each.taken for each in kept] == ["2026:11:20 09:30:00"] * 2 and all(each.photo for each in kept)
    for each in kept:
        with Image.open(located(each.path, each.name)) as image:
            assert image.size == (40, 30) and not dict(image.getexif())


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("a.heic", b"x", "类型不收"), ("a.jpg", b"GIF89a", "内容不是"), ("a.jpg", picture()[:60], "打不开"),
     ("a.jpg", b"\xff\xd8\xff" + b"0" * 13_000_000, "超过 12 MB"), ("a.png", picture("PNG", size=(8000, 7600)), "像素"),
     ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "打不开"), ("a.png", huge(), "像素太多"), ("a.jpg", torn(), "打不开"),
     ("a.jpg", misspelt(), "打不开")],
)  # fmt: skip
def test_a_bad_photo_is_refused(people, name, content, told):
    one = planned(people.specialist, people, date(2026, 11, 19))
    with pytest.raises(Wrong, match=told):
        records.record(people.specialist, one.pk, one.version, TOLD, (), [SimpleUploadedFile(name, content)])
    assert not Record.objects.exists()


def test_a_fault_of_ours_is_not_blamed_on_the_photo(people, monkeypatch):
    one = planned(people.specialist, people, date(2026, 11, 19))
    monkeypatch.setattr("miaopu.selection.files._clean", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        records.record(people.specialist, one.pk, one.version, TOLD, (), [photo()])
