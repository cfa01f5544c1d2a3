"""Decides which files of a download are imported. Pure.

That a file has no rejections does not mean that it can be imported: what could not be judged has none either. The
command itself checks nothing, and replaces files of the library: all caution is here. Sources: ManualImportService.cs,
ImportApprovedMovie.cs and ImportApprovedEpisodes.cs of both apps.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PureWindowsPath

from discarr.arr.manual_import import ImportItem
from discarr.arr.models import Episode
from discarr.model.download import Download, Media
from discarr.model.import_reasons import Obstacle, Verdict, obstacle_of
from discarr.model.manual_import import ImportFile, ImportPlan, LeftOut

_VIDEO = frozenset(
    ".3gp .asf .avi .divx .dvr-ms .flv .m2ts .m2v .m4v .mk3d .mkv .mov .mp4 .mpeg .mpg .ogm .ogv .rmvb .ts .vob .webm"
    " .wmv .wtv .xvid".split()
)
"""The apps do not look at the extension of a download that is a single file: they offer, and import, an .exe."""


def plan_from(items: Iterable[ImportItem], download: Download) -> ImportPlan:
    """Return what would be imported of this download, and what is left out for which reason."""
    files: list[ImportItem] = []
    left_out: list[LeftOut] = []
    taken: set[int] = set()
    # Of several files for one movie or episode each would replace the one before: the largest one counts.
    for item in sorted(items, key=lambda item: (-(item.size or 0), item.path)):
        obstacle = _obstacle(item, download.media)
        if obstacle is None and not taken.isdisjoint(item.ids):
            obstacle = Obstacle.SECOND_FILE
        if obstacle is None:
            files.append(item)
            taken.update(item.ids)
        else:
            left_out.append(LeftOut(item.name, obstacle, _title(item)))
    if download.media.movie is not None and any(left.obstacle is Obstacle.OTHER_TITLE for left in left_out):
        left_out += [LeftOut(item.name, Obstacle.PACK_OF_MOVIES, _title(item)) for item in files]
        files = []
    return ImportPlan(
        tuple(_file(item, download) for item in sorted(files, key=lambda item: item.path)),
        tuple(sorted(left_out, key=lambda left: left.name)),
        is_guess=download.media.movie is None and download.media.series is None,
    )


def command_for(plan: ImportPlan) -> dict[str, object]:
    """Return the body of the command that imports all files of the plan at once.

    `auto` moves what a usenet client has, and links or copies what a torrent client still seeds.
    """
    return {"name": "ManualImport", "importMode": "auto", "files": [json.loads(file.entry) for file in plan.files]}


def _obstacle(item: ImportItem, media: Media) -> Obstacle | None:
    """Return why this file is not imported; None if nothing speaks against it."""
    return next(_obstacles(item, media), None)


def _obstacles(item: ImportItem, media: Media) -> Iterator[Obstacle]:
    if PureWindowsPath(item.path).suffix.lower() not in _VIDEO:
        yield Obstacle.NOT_VIDEO
    found = [obstacle_of(rejection.reason) or Obstacle.UNKNOWN for rejection in item.rejections]
    yield from sorted((each for each in found if each.verdict is not Verdict.YES), key=lambda each: each.verdict.value)
    if not item.ids:
        yield Obstacle.NO_MATCH
    elif not _is_of(item, media):
        yield Obstacle.OTHER_TITLE
    if not _quality(item) or not item.languages or not all(_languages(item)):
        yield Obstacle.NO_QUALITY


def _is_of(item: ImportItem, media: Media) -> bool:
    """Return whether this file is for what the queue says, as far as it says anything."""
    if item.movie is not None:
        return media.movie in (None, item.movie.id)
    if item.series is None or media.series not in (None, item.series.id):
        return False
    return not media.episodes or set(item.ids) <= set(media.episodes)


def _file(item: ImportItem, download: Download) -> ImportFile:
    return ImportFile(
        name=item.name,
        becomes=_title(item),
        quality=_quality(item),
        languages=_languages(item),
        size=int(item.size or 0),
        replaces=item.replaces,
        ids=item.ids,
        entry=json.dumps(_entry(item, download.key.id), sort_keys=True),
    )


def _entry(item: ImportItem, download_id: str) -> dict[str, object]:
    """Return the file with ids in place of objects. Without its `downloadId` a seeding torrent would be moved."""
    entry: dict[str, object] = {
        "path": item.path,
        "quality": item.quality,
        "languages": item.languages,
        "releaseGroup": item.release_group,
        "downloadId": download_id,
    }
    optional = {
        "folderName": item.folder_name,
        "indexerFlags": item.indexer_flags,
        "releaseType": item.release_type,
        "movieId": item.movie.id if item.movie else None,
        "seriesId": item.series.id if item.series and not item.movie else None,
        "episodeIds": item.ids if item.series and not item.movie else None,
    }
    return entry | {name: value for name, value in optional.items() if value not in (None, "")}


def _title(item: ImportItem) -> str:
    """Return what the app takes it for: 'Dune (2021)', 'Some Series S02E05 · Title', 'Some Series S02E05E06'."""
    if item.movie is not None:
        return f"{item.movie.title} ({item.movie.year})" if item.movie.year else item.movie.title
    if item.series is None:
        return ""
    return f"{item.series.title} {_episodes(item.episodes)}".rstrip()


def _episodes(episodes: Sequence[Episode]) -> str:
    if not episodes:
        return ""
    ordered = sorted(episodes, key=lambda episode: episode.episode_number)
    numbers = "".join(f"E{episode.episode_number:02}" for episode in ordered)
    text = f"S{ordered[0].season_number:02}{numbers}"
    return f"{text} · {ordered[0].title}" if len(ordered) == 1 and ordered[0].title else text


def _languages(item: ImportItem) -> tuple[str, ...]:
    """Return the names, '' for one without."""
    return tuple(str(language.get("name", "")) for language in item.languages)


def _quality(item: ImportItem) -> str:
    inner = (item.quality or {}).get("quality")
    return str(inner.get("name", "")) if isinstance(inner, dict) else ""
