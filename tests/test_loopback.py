"""What the loopback servers do as the real ones do, as far as no test of the bot would notice if they did not."""

import pytest

from discarr.demo.arr.items import SABNZBD
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import DiscordError, Wire
from discarr.demo.discord.channel import EPHEMERAL
from discarr.demo.discord.interactions import OPEN_MODAL
from tests.stage import ALIEN, HEAT
from tests.support.clocks import HandClock
from tests.support.limits import BOXES, require_limits
from tests.support.strict_arr import StrictArr


def test_rows_of_a_lost_client_vanish_before_health_reports_it_and_pauses_grow_to_an_hour() -> None:
    """As in Core/ThingiProvider/Status/EscalationBackOff.cs and Core/HealthCheck/HealthCheckService.cs."""
    hands = HandClock()
    radarr = StrictArr("radarr", clock=lambda: hands.now().timestamp())
    radarr.start_time -= 86_400
    radarr.refresh_every, radarr.watches_clients = 60, True
    radarr.queue += [downloading(HEAT), downloading(ALIEN, client=SABNZBD)]
    radarr.refresh()

    def seen_after(seconds: float) -> tuple[int, list[str]]:
        """How many rows there are then, and what health reports."""
        hands.pass_time(seconds)
        return len(radarr.tracked_rows()), [entry["source"] for entry in radarr.health_records()]

    radarr.unreachable_clients = {"SABnzbd"}
    assert seen_after(60) == (1, [])
    assert seen_after(5) == (1, ["DownloadClientCheck"])
    asked = []
    for minute in range(2, 180):
        hands.pass_time(60)
        if "SABnzbd" not in radarr.watch.paused(radarr.clock()):
            asked.append(minute)
        radarr.catch_up()
    assert asked == [2, 3, 4, 5, 6, 6 + 5, 11 + 15, 26 + 30, 56 + 60, 116 + 60]
    radarr.unreachable_clients = set()
    assert seen_after(0) == (1, ["DownloadClientCheck", "DownloadClientStatusCheck"])


BUTTON = {"type": 2, "style": 2, "label": "x", "custom_id": "a"}


def group(count: int) -> Wire:
    """Checkboxes of a form."""
    options = [{"label": "x", "value": f"{number}"} for number in range(count)]
    return {"type": 18, "label": "x", "component": {"type": BOXES, "custom_id": "how", "options": options}}


@pytest.mark.parametrize(
    "body",
    [
        {"embeds": [{"fields": [{"name": "n", "value": " "}]}]},
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
        {"content": "x", "unknown": 1},
        {"content": "x", "flags": EPHEMERAL},
        {"components": [{"type": 1, "components": [BUTTON, BUTTON]}]},
        {"title": "x", "custom_id": "form", "components": [group(11)]},
        {"title": "x", "custom_id": "form", "components": [group(2), group(2)]},
    ],
)
def test_a_message_or_a_form_that_breaks_a_limit_is_refused(body: Wire) -> None:
    with pytest.raises(DiscordError, match="400"):
        if "title" in body:
            require_limits("/x/callback", {}, {"type": OPEN_MODAL, "data": body})
        else:
            require_limits("/channels/{channel}/messages", {}, body)
