"""What this machine can do: its memory and its vector instructions."""
