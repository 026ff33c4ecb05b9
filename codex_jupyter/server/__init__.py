"""The embedded platform: the protocol, served from this machine (extra ``[local]``)."""
