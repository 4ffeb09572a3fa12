"""Photos lie on disk or in another store, by one setting and through the same code."""

import io

import fsspec
import pytest
from PIL import Image

from geo_portal import photo_files, photo_store
from geo_portal.geometry import LonLat
from geo_portal.photo_store import Rectangle
from geo_portal.settings import settings
from tests.city_fixtures import HARBOUR
from tests.people_fixtures import free_port
from tests.proof_fixtures import camera_data, jpeg, scene
from tests.staff_fixtures import MONDAY


@pytest.fixture
def lie_at(monkeypatch):
    """Sets where photos lie until the test ends."""

    def there(url):
        wanted = settings().model_copy(update={"photo_url": url})
        monkeypatch.setattr(photo_files, "settings", lambda: wanted)

    return there


def heic(picture, exif):
    """A picture as an iPhone writes it."""
    written = io.BytesIO()
    picture.save(written, "HEIF", exif=exif.tobytes())
    return written.getvalue()


@pytest.mark.parametrize("url", ["", "file://{folder}", "memory://photos", "dir::file://{folder}"])
def test_a_photo_is_kept_found_covered_and_swept_wherever_it_lies(tmp_path, lie_at, url):
    lie_at(url.format(folder=tmp_path / "shots"))
    kept = photo_store.keep(jpeg(scene(5)), "hole.jpg")

    covered = photo_store.cover(kept.key, [Rectangle(0, 0, 50, 50)]).after

    assert photo_store.find(covered.key).looks == kept.looks
    assert Image.open(io.BytesIO(photo_store.read(kept.key, photo_store.WEBP))).format == "WEBP"
    written_s = photo_files.changed_s(photo_store.file_name(kept.key, photo_store.LARGE))
    assert photo_store.sweep({kept.key}, written_s + 25 * 3600) >= 1
    assert (photo_store.find(covered.key), photo_store.find(kept.key) is not None) == (None, True)


@pytest.fixture
def s3_url(monkeypatch):
    """A bucket on a server that speaks S3; its packages are heavy, so the suite has them not."""
    pytest.importorskip("s3fs", reason="s3fs is not installed: pip install s3fs 'moto[server]'")
    server = pytest.importorskip("moto.server", reason="moto is not installed")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "asha")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    port = free_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    running.start()
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir("city")
    yield "s3://city/photos"
    running.stop()


def test_a_photo_is_kept_found_covered_and_swept_on_an_s3_server(s3_url, lie_at):
    lie_at(s3_url)
    kept = photo_store.keep(jpeg(scene(5)), "hole.jpg")

    covered = photo_store.cover(kept.key, [Rectangle(0, 0, 50, 50)]).after

    written_s = photo_files.changed_s(photo_store.file_name(kept.key, photo_store.LARGE))
    assert photo_store.find(covered.key).looks == kept.looks
    assert photo_store.sweep({kept.key}, written_s + 25 * 3600) == 1
    assert (photo_store.find(covered.key), photo_store.find(kept.key) is not None) == (None, True)


def test_a_photo_in_another_store_is_served_like_any_other(portal, lie_at):
    lie_at("memory://served")
    key = portal.post("/api/v1/photos", files={"photo": ("a.jpg", jpeg(scene(6)))}).json()["key"]

    answers = [portal.get(f"/photos/{key}/{file}") for file in photo_store.FILES]

    assert [one.headers["content-type"] for one in answers] == [
        "image/jpeg",
        "image/jpeg",
        "image/webp",
    ]
    assert portal.get(f"/photos/{'0' * 32}/small.webp").status_code == 404


@pytest.mark.parametrize(
    ("url", "says"),
    [("s3://city/photos", "pip install s3fs"), ("nonsense://x", "GEO_PORTAL_PHOTO_URL")],
)
def test_a_store_that_cannot_be_reached_is_named_in_words(portal, lie_at, url, says):
    lie_at(url)

    answer = portal.post("/api/v1/photos", files={"photo": ("a.jpg", jpeg(scene(7)))})

    assert (answer.status_code, says in answer.json()["detail"]) == (503, True)


def test_a_photo_from_before_has_a_jpeg_for_a_thumbnail(portal):
    kept = photo_store.keep(jpeg(scene(8)), "old.jpg")
    photo_files.remove(photo_store.file_name(kept.key, photo_store.WEBP))

    answer = portal.get(f"/photos/{kept.key}/small.webp")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")


def test_the_place_of_a_photo_is_offered_and_used_only_when_somebody_says_so(portal):
    lon, lat = HARBOUR
    shot = heic(scene(9), camera_data(MONDAY, LonLat(lon, lat + 0.003)))
    pin = {"lon": str(lon), "lat": str(lat)}
    photo = {"photos": ("a.heic", shot, "image/heic")}

    asked = portal.post("/report/photo-place", data=pin, files=photo).text
    checked = portal.post(
        "/report", data={**pin, "description": "A hole", "step": "check"}, files=photo
    ).text
    there = {"photo_lon": str(lon), "photo_lat": f"{lat + 0.003:.6f}"}
    used = portal.post("/report", data={**pin, **there, "step": "photo"}).text
    near = portal.post("/report/photo-place", data={"lon": lon, "lat": lat + 0.003}, files=photo)

    assert "330 m" in asked
    assert "330 m" in checked
    assert f'name="lat" value="{lat + 0.003:.6f}"' in used
    assert "taken" not in near.text
