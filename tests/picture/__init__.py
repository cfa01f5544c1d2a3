"""The README's pictures, made from the demo's page: `python -m tests.picture` writes them beside this."""
