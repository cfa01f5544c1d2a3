"""Discord: the connection, the dashboard message, interactions, the check, and the app that wires it all."""
