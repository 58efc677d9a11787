"""Networks of many small tables that vote, grown by boosting: the wide side of `genome.kind: network`.

tables: what such a network is; columns, patterns: what tables may read; plan: what comes when; ballots: votes over all
rows; booster: the work of a task.
"""
