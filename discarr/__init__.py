"""Discarr keeps one pinned Discord message true about what Radarr and Sonarr are downloading."""

__version__ = "0.1.0"
