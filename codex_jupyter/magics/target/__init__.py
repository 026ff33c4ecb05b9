"""``--check``: a cell tried in the Python that it would run in, and what differs."""
