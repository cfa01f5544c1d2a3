"""Discarr keeps one pinned Discord message up to date with what Radarr and Sonarr are downloading."""

__version__ = "0.1.0"
