"""It never goes dark, and never lies: every line of the table of faults, over real sockets."""
