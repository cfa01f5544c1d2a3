"""A loopback Radarr and Sonarr, which behave as Radarr 6.0 and Sonarr 4.0 do according to their source.

Their content is a list of `Item`, made by the functions of `situations`.
"""

from discarr.demo.arr.app import App
from discarr.demo.arr.items import EpisodeMedia, Item, MovieMedia, SeriesMedia, Service
from discarr.demo.arr.records import client_trouble, records_of
from discarr.demo.arr.server import API_KEYS, LoopbackArr, Request

__all__ = [
    "API_KEYS",
    "App",
    "EpisodeMedia",
    "Item",
    "LoopbackArr",
    "MovieMedia",
    "Request",
    "SeriesMedia",
    "Service",
    "client_trouble",
    "records_of",
]
