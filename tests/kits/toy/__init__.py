"""A kind of genome in three small files: "yes where at least `need` of the chosen input bits are 1".

As a newcomer would add one: `genome.py` for the floor of genomes, `worth.py` for that of fitness, `kind.py` for the
top, and a line in each of the three registries (`__main__.py`): `python -m tests.kits.toy ARGUMENTS` is
`evo ARGUMENTS` with these lines.
"""
