"""What Discord sends of each type of channel, and the types that hold no messages.

https://docs.discord.com/developers/resources/channel#channel-object-channel-types
"""

from .values import Wire

TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, FORUM = 0, 2, 4, 5, 13, 15
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
THREADS = (ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)
WITHOUT_MESSAGES = (CATEGORY, STAGE, FORUM)
"""Discord's stages have a chat of their own; the bot does not use it."""

PARENTS = {ANNOUNCEMENT_THREAD: ANNOUNCEMENT, PUBLIC_THREAD: FORUM, PRIVATE_THREAD: TEXT}
"""The type of the channel in which the loopback has such a thread; a public one is a post of a forum."""

MORE: dict[int, Wire] = {
    VOICE: {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1},
    STAGE: {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1},
    FORUM: {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None},
}
"""What a channel of this type has besides."""


def thread_metadata(*, archived: bool, locked: bool, at: str) -> Wire:
    return {
        "archived": archived,
        "auto_archive_duration": 4320,
        "archive_timestamp": at,
        "locked": locked,
        "create_timestamp": at,
    }
