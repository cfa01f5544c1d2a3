"""What one can do to the bot from the side panel: each deed says what it did and what to look for."""

from collections.abc import Mapping

from discarr.demo.deeds import apps, channel, platform
from discarr.demo.deeds.deed import Deed, Sign, Step

PANEL: Mapping[str, tuple[Deed, ...]] = {
    "Apps": (
        apps.stopping("radarr"),
        apps.stopping("sonarr"),
        apps.wrong_key("radarr"),
        apps.wrong_key("sonarr"),
        apps.CLIENT,
    ),
    "Downloads": (apps.STALL, apps.PACK, apps.HOSTILE_NAME, apps.MANY_MORE),
    "Dashboard": (channel.DELETE, channel.UNPIN, channel.SUPPRESS),
    "Permissions": (channel.VIEW, channel.EMBED, channel.PIN),
    "Discord": (platform.ERROR_500, platform.LIMIT_429, platform.LIMIT_30046, platform.CUT),
    "The bot": (platform.RESTART,),
}
"""The groups of buttons as the panel shows them."""

__all__ = ["PANEL", "Deed", "Sign", "Step"]
