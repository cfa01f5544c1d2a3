"""The demo: loopback Radarr, Sonarr and Discord servers, with the real bot between them.

The same servers are the wire of the test suite.
"""
