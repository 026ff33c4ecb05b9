"""What user code may import of the documented SDK where that is not installed."""
