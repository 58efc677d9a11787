"""What every kind of genome offers: a job, a scorer of its front, a selection, saved runs, its need of memory."""
