"""Text from anywhere, made fit to be shown."""
