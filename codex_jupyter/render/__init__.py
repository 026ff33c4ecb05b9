"""Static forms: escape-by-default HTML, tables, cards and plain text."""
