"""The configured apps, by service and key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Service(StrEnum):
    """The kind of app. The value begins the names of its settings and the keys of its instances."""

    RADARR = "radarr"
    SONARR = "sonarr"

    @property
    def app_name(self) -> str:
        """The app's own spelling, 'Radarr', as in the `appName` of its `system/status`."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class Instance:
    """One configured app."""

    key: str
    """`radarr`, `sonarr`, `radarr-4k`: unique and lower case. Every custom_id carries it."""
    service: Service

    @classmethod
    def of(cls, key: str) -> Self:
        """Return the instance of this key, which begins with its service."""
        return cls(key, Service(key.partition("-")[0]))

    @property
    def label(self) -> str:
        """The name to show: 'Radarr', or 'Radarr 4k' for a further instance."""
        return self.service.app_name + self.key.removeprefix(self.service).replace("-", " ")

    def variable(self, name: str) -> str:
        """Return the full variable of a setting of this instance: 'RADARR_4K_URL' for 'URL'."""
        return f"{self.key.upper().replace('-', '_')}_{name}"
