"""Reports: what a finished run has to say, as text made from result.json."""
