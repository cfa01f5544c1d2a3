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


def test_rows_of_a_lost_client_vanish_before_health_reports_it() -> None:
    """As in Core/HealthCheck/HealthCheckService.cs."""
    hands = HandClock()
    radarr = StrictArr("radarr", clock=lambda: hands.now().timestamp())
    radarr.start_time -= 86_400
    radarr.refresh_every, radarr.watches_clients = 60, True
    radarr.queue += [downloading(HEAT), downloading(ALIEN, client=SABNZBD)]
    radarr.refresh()
    radarr.unreachable_clients = {"SABnzbd"}

    hands.pass_time(60)
    assert (len(radarr.tracked_rows()), radarr.health_records()) == (1, [])
    hands.pass_time(5)
    assert [entry["source"] for entry in radarr.health_records()] == ["DownloadClientCheck"]


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
