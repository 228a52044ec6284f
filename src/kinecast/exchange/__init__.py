"""Other formats in and out; nothing else in the package imports this."""
