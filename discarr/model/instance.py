"""Which app runs where."""

from dataclasses import dataclass
from enum import StrEnum


class Service(StrEnum):
    """The kind of app. The value is the word in a setting's or an instance's name."""

    RADARR = "radarr"
    SONARR = "sonarr"

    @property
    def app_name(self) -> str:
        """As the app writes itself: 'Radarr'. Its `system/status` says the same in `appName`."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, order=True)
class Instance:
    """One configured app."""

    key: str
    """`radarr`, `sonarr`, `radarr-4k`: unique, lower case, what a button's custom_id carries."""
    service: Service

    @property
    def label(self) -> str:
        """What people read: 'Radarr', or 'Radarr 4k' for a further instance."""
        return self.service.app_name + self.key.removeprefix(self.service).replace("-", " ")

    def variable(self, name: str) -> str:
        """Return the setting of this instance that ends in this name: 'RADARR_4K_URL'."""
        return f"{self.key.upper().replace('-', '_')}_{name}"
