"""The demo: loopback Radarr, Sonarr and Discord servers, which the tests use too, and the real bot between them."""
