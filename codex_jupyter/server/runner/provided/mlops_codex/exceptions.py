"""The errors of this package."""


class InputError(Exception):
    """A value was given that cannot be used."""
