"""What runs in a model's own environment, where nothing of ours is installed.

This folder is self-contained: the standard library only, Python 3.8 and newer, no
import from outside of it. ``python host.py`` starts the process of one model.
"""
