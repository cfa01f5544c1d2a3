"""Parts of what the dashboard says, by name: for tests that see nothing but its text."""

from tests.approved import approved

ALL_DONE = approved("phrase/all-done")
EMPTY = approved("phrase/empty")
STALE = approved("phrase/stale")
REMOVING = approved("phrase/removing")
SIZE_UNKNOWN = approved("phrase/size-unknown")
UNTITLED = approved("phrase/untitled")
ALL_WELL = approved("phrase/well-both")
CLIENT_AWAY, JUST_STARTED = approved("phrase/client-away"), approved("phrase/just-started")
