"""`GET /rootfolder` and `GET /diskspace`: RootFolders/RootFolderController.cs and DiskSpace/DiskSpaceController.cs."""

from dataclasses import dataclass, field

from discarr.demo.arr.items import Json

TIB = 2**40


def root_folder(number: int, path: str, free: int | None) -> Json:
    """A folder of the library, missing if its free space is unknown."""
    known = {"freeSpace": free} if free is not None else {}
    return {"path": path, "accessible": free is not None, **known, "unmappedFolders": [], "id": number}


def mount(path: str, free: int, total: int) -> Json:
    """A disk."""
    return {"path": path, "label": "", "freeSpace": free, "totalSpace": total}


@dataclass(slots=True)
class Storage:
    """The root folders and disks of one app."""

    folders: list[Json] = field(default_factory=lambda: [root_folder(1, "/data/media", TIB)])
    disks: list[Json] = field(default_factory=lambda: [mount("/", TIB // 50, TIB // 16), mount("/data", TIB, 16 * TIB)])
