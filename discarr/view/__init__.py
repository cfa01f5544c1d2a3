"""Turns a snapshot into embeds, buttons and modals, with every sentence that people read. Pure."""
