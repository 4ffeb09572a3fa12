"""Where the files of photos lie: on this machine's disk, or wherever fsspec reaches, such as S3."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import fsspec

from geo_portal.errors import Unavailable
from geo_portal.settings import settings

ON_DISK = ("", "file", "local")
# What has to be installed for the stores that cities use; fsspec itself names the others.
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs"}


class StoreMissing(Unavailable):
    """The photos' place cannot be reached: its package is not installed, or nobody knows it."""


def disk() -> Path | None:
    """The folder of the photos; None when they do not lie on a disk of this machine."""
    url = settings().photo_url
    if not url:
        return settings().data_dir.absolute() / "photos"
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme in ON_DISK else None


def write(name: str, content: bytes) -> None:
    """Keep a file; it is durable when this returns.

    On disk it is there whole or not at all: a reader never sees half a photo, and a crash
    leaves none. Other stores say themselves when they have it. Raises `StoreMissing`.
    """
    folder = disk()
    if folder is None:
        there, root = _elsewhere()
        there.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
        there.pipe_file(f"{root}/{name}", content)
        return
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
    _settle(target.parent)


def _settle(folder: Path) -> None:
    """The new name outlives a power cut as well, not only what is in the file."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read(name: str) -> bytes:
    """What is in a file; raises `FileNotFoundError`."""
    folder = disk()
    if folder is not None:
        return (folder / name).read_bytes()
    there, root = _elsewhere()
    return bytes(there.cat_file(f"{root}/{name}"))


def exists(name: str) -> bool:
    folder = disk()
    if folder is not None:
        return (folder / name).exists()
    there, root = _elsewhere()
    return bool(there.exists(f"{root}/{name}"))


def remove(name: str) -> None:
    """Take a file away; one that is not there is no mistake."""
    folder = disk()
    with suppress(FileNotFoundError):
        if folder is not None:
            (folder / name).unlink()
        else:
            there, root = _elsewhere()
            there.rm_file(f"{root}/{name}")


def names(ending: str) -> Iterator[str]:
    """The names of all files that end so."""
    folder = disk()
    if folder is not None:
        yield from (str(one.relative_to(folder)) for one in folder.glob(f"*/*{ending}"))
        return
    there, root = _elsewhere()
    for found in there.find(root):
        if found.endswith(ending):
            yield found.removeprefix(root).lstrip("/")


def changed_s(name: str) -> float:
    """When a file was written, in seconds since 1970."""
    folder = disk()
    if folder is not None:
        return (folder / name).stat().st_mtime
    there, root = _elsewhere()
    return float(there.modified(f"{root}/{name}").timestamp())


def _elsewhere() -> tuple[Any, str]:
    """The store behind the setting, and the folder in it."""
    url = settings().photo_url
    scheme = urlsplit(url).scheme
    try:
        there, root = fsspec.core.url_to_fs(url)
    except ImportError as missing:
        raise StoreMissing(
            "Photos are to lie at {scheme}://…, for which the Python package {package} is not "
            "installed. Those who run the portal can add it with: pip install {package}",
            scheme=scheme,
            package=PACKAGES.get(scheme, scheme),
        ) from missing
    except ValueError as unknown:
        raise StoreMissing(
            "Photos are to lie at {scheme}://…, and nothing here knows what that is. Those who "
            "run the portal find the setting in GEO_PORTAL_PHOTO_URL.",
            scheme=scheme,
        ) from unknown
    return there, str(root).rstrip("/")
