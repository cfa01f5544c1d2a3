"""Parts of what the dashboard says, by name: for tests that see nothing but its text."""

from discarr.view.row import icon
from tests.approved import approved
from tests.support.builders import download, queue, snapshot

_STILL = download(lasts=3600)

LAST_DONE = approved("phrase/last-done")
EMPTY = approved("phrase/empty")
STALE = approved("phrase/stale")
REMOVING = approved("phrase/removing")
SIZE_UNKNOWN = approved("phrase/size-unknown")
UNTITLED = approved("phrase/untitled")
RADARR_WELL = approved("phrase/well-radarr")
ALL_WELL = approved("phrase/well-both")
CLIENT_AWAY, JUST_STARTED = approved("phrase/client-away"), approved("phrase/just-started")
STILL = icon(_STILL, snapshot(queue(_STILL)))
