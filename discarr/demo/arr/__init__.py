"""A loopback Radarr and Sonarr: the demo's servers and the test suite's wire.

They behave as Radarr 6.0 and Sonarr 4.0 do, from their source: paging, absent instead of null, key check, URL base,
removal and its flags, error bodies. What they hold is a list of `Item`, made by the functions of `situations`.
"""

from discarr.demo.arr.app import App
from discarr.demo.arr.clients import client_trouble
from discarr.demo.arr.history import BlocklistEntry, HistoryEvent, events_of
from discarr.demo.arr.items import DownloadClient, Item, Situation
from discarr.demo.arr.media import EpisodeMedia, Library, MovieMedia, SeriesMedia
from discarr.demo.arr.records import records_of
from discarr.demo.arr.removal import Flags
from discarr.demo.arr.scene import Scene, demo_scene
from discarr.demo.arr.server import API_KEYS, LoopbackArr, Request

__all__ = [
    "API_KEYS",
    "App",
    "BlocklistEntry",
    "DownloadClient",
    "EpisodeMedia",
    "Flags",
    "HistoryEvent",
    "Item",
    "Library",
    "LoopbackArr",
    "MovieMedia",
    "Request",
    "Scene",
    "SeriesMedia",
    "Situation",
    "client_trouble",
    "demo_scene",
    "events_of",
    "records_of",
]
