"""Turns bytes into downloads: the API client of one Radarr or Sonarr. Only this package imports httpx."""
