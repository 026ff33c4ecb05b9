"""The contract between clients and platforms: routes, states, names, errors, events.

No input or output happens here, and nothing else of ours is imported.
"""
