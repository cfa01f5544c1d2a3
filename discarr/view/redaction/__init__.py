"""Takes addresses, keys, users and folders out of texts that come from outside. Pure."""
