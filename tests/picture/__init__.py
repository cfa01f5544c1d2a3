"""The README's picture, made from the demo's page: `python -m tests.picture` writes `dashboard.png` beside this."""
