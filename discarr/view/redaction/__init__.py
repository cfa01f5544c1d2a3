"""Removes addresses, keys, users and folders from untrusted texts. Pure."""
