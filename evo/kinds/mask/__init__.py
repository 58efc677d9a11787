"""Runs that search for masks: what a job, a front and a report have that those of formulas do not."""
