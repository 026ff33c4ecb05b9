"""Deploying from a notebook: what the line, the cell and the form have in common."""
