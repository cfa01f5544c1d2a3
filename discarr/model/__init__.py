"""Pure values and their order. Imports nothing else of Discarr."""
