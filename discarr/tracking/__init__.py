"""Turns reads into a snapshot over time: progress, titles, outcomes, outages, removals in flight."""
