"""Which disk a root folder is on, and how much of it is free."""

import pytest

from discarr.arr.disks import library_disks
from discarr.arr.models import Disk, RootFolder
from discarr.model.disk import LibraryDisk

TB = 10**12


def folder(path: str, free: object = TB, **changes: object) -> RootFolder:
    return RootFolder.model_validate({"path": path, "freeSpace": free, "accessible": free is not None} | changes)


def disk(path: str, total: int) -> Disk:
    return Disk.model_validate({"path": path, "totalSpace": total})


@pytest.mark.parametrize(
    ("path", "total"),
    [("/data/media/movies", 16 * TB), ("/data/", 16 * TB), ("/data2/movies", 2 * TB), ("/data/nas/series", 8 * TB)]
    + [("/DATA/movies", 2 * TB), ("D:\\Movies", 4 * TB), ("d:\\movies\\", 4 * TB), ("E:\\Movies", None)]
    + [("\\\\NAS\\media\\movies", 32 * TB), ("relative", None), ("", None)],
)
def test_a_folder_is_on_the_disk_with_the_longest_path_that_leads_to_it(path: str, total: int | None) -> None:
    disks = [
        disk("/", 2 * TB),
        disk("/data/nas", 8 * TB),
        disk("/data", 16 * TB),
        disk("C:\\", TB),
        disk("D:\\", 4 * TB),
        disk("\\\\nas\\media\\", 32 * TB),
        disk("", 64 * TB),
    ]

    assert library_disks([folder(path)], disks) == (LibraryDisk((1,), free=TB, total=total),)


def test_space_is_not_added_up_nor_that_of_a_smaller_disk_and_a_missing_folder_is_no_full_one() -> None:
    folders = [folder("/data/movies"), folder("/other"), folder("/data/series")]
    both = LibraryDisk((1, 3), free=TB, total=16 * TB), LibraryDisk((2,), free=TB)

    assert library_disks(folders, [disk("/data", 16 * TB)]) == both
    assert library_disks([folder("/mnt/nas")], [disk("/", TB // 2)]) == (LibraryDisk((1,), free=TB),)
    assert library_disks([folder("/data", None)], []) == (LibraryDisk((1,), accessible=False),)


@pytest.mark.parametrize("free", [None, -1, 2**64, float("nan"), float("inf"), "much", {}])
def test_a_number_that_cannot_be_is_unknown(free: object) -> None:
    """Nor is the free space of another mount taken for it."""
    assert library_disks([folder("/data", free, accessible=True)], [disk("/", TB)]) == (LibraryDisk((1,), total=TB),)
