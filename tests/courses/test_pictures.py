"""Pictures and files under addresses that never change."""

from io import BytesIO

import pytest
from PIL import Image

from courses.models import FrozenFile
from courses.operations.pictures import NoPicture, file_bytes, picture_bytes, store_files
from courses.rules.pictures import download_address, picture_address
from tests.courses.uploads import drawing_bytes, photo_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
FOR_EVER = "public, max-age=31536000, immutable"


def frozen(file):
    store_files(files=[file])
    return FrozenFile.objects.get(sha256=file.sha256)


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(("extension", "kind"), [("webp", "WEBP"), ("jpg", "JPEG")])
@pytest.mark.parametrize(("width", "shown"), [(400, 400), (800, 800), (1600, 900)])
def test_a_picture_is_cut_to_each_size_and_kept_for_ever(client, extension, kind, width, shown):
    file = frozen(picture_bytes(photo_bytes(width=900, height=600)))
    response = client.get(picture_address(file.sha256, width, extension))
    assert response.status_code == 200
    assert response["Cache-Control"] == FOR_EVER
    assert response["Content-Type"] == f"image/{'jpeg' if extension == 'jpg' else 'webp'}"
    with Image.open(BytesIO(response.content)) as picture:
        assert (picture.format, picture.width, len(picture.getexif())) == (kind, shown, 0)


def test_a_size_is_made_once(client, own_storage, monkeypatch):
    file = frozen(picture_bytes(photo_bytes()))
    first = client.get(picture_address(file.sha256, 400, "webp")).content
    monkeypatch.setattr("courses.operations.pictures._encode", None)
    assert client.get(picture_address(file.sha256, 400, "webp")).content == first


def test_a_see_through_drawing_lies_on_white_in_jpeg(client):
    file = frozen(picture_bytes(drawing_bytes()))
    with Image.open(BytesIO(client.get(picture_address(file.sha256, 400, "jpg")).content)) as picture:
        assert min(picture.getpixel((250, 100))) > 250
    with Image.open(BytesIO(client.get(picture_address(file.sha256, 400, "webp")).content)) as picture:
        assert picture.convert("RGBA").getpixel((250, 100))[3] == 0


def test_a_picture_costs_one_query_and_a_repeated_visit_none(client, django_assert_num_queries):
    file = frozen(picture_bytes(photo_bytes()))
    address = picture_address(file.sha256, 400, "webp")
    with django_assert_num_queries(1):
        etag = client.get(address)["ETag"]
    with django_assert_num_queries(0):
        again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again["Cache-Control"]) == (304, FOR_EVER)


@pytest.mark.parametrize(
    "address",
    [
        picture_address("0" * 64, 400, "webp"),
        picture_address("0" * 64, 500, "webp"),
        picture_address("0" * 64, 400, "png"),
        "/pictures/..%2F..%2Fetc%2Fpasswd-400.webp",
        f"/downloads/{'0' * 64}/sheet.txt",
        "/downloads/../sheet.txt",
    ],
)
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_download_is_no_picture_and_a_picture_no_download(client):
    picture, sheet = frozen(picture_bytes(photo_bytes())), frozen(file_bytes(b"three questions", "sheet.txt"))
    assert client.get(picture_address(sheet.sha256, 400, "webp")).status_code == 404
    assert client.get(f"/downloads/{picture.sha256}/x.jpg").status_code == 404


def test_a_download_is_saved_under_its_name_and_never_shown_in_place(client):
    file = frozen(file_bytes(b"three questions", "drei fragen.txt"))
    response = client.get(download_address({"sha256": file.sha256, "name": "drei fragen für.txt"}))
    assert body(response) == b"three questions"
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''drei%20fragen%20f%C3%BCr.txt"
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("text/plain", "nosniff")
    assert response["Cache-Control"] == FOR_EVER


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=4-99", 206, b"456789"),
        ("bytes=10-", 416, b""),
        ("bytes=5-2", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
    ],
)
def test_a_video_player_gets_the_part_it_asks_for(client, asked, status, part):
    file = frozen(file_bytes(b"0123456789", "film.mp4"))
    address = download_address({"sha256": file.sha256, "name": "film.mp4"})
    response = client.get(address, headers={"Range": asked, "Accept-Encoding": "gzip"})
    assert (response.status_code, body(response)) == (status, part)
    assert "Content-Encoding" not in response
    assert "attachment" not in response.get("Content-Disposition", "")


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", photo_bytes()[:200]])
def test_bytes_that_are_no_picture_are_refused(data):
    with pytest.raises(NoPicture):
        picture_bytes(data)
