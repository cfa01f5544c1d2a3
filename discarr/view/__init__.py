"""From a snapshot to embeds, buttons, modals and every sentence a person reads. Pure."""
