"""The core client: one logic, with a blocking and an awaitable side, over httpx.

Modules are named as in the platform's documented SDK: `base`, `model`, `exceptions`.
"""
