"""The ``%codex`` magics."""
