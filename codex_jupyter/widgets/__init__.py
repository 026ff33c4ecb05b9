"""The panels: anywidget classes, one a panel. The page shows, the kernel does.

Import a panel from its own module: this package stays cheap to import.
"""
