"""The exact Boolean gradient: what every single move on a cover would change, counted, not estimated.

The idea. Flip one literal of one term and hold everything else: the samples where the objective changes are those where
the term's value changes *and* that value decides its consumer's. Two saturating counters say both. Over a term's
literals: T, no literal fails, and O, exactly one fails; over a cover's terms: ge1 and ge2, covered at least once and
twice. A term decides an OR exactly where nobody else covers: U = T & ~ge2 if it holds there, ~ge1 if it does not. So,
with b(D) = the on-set minus the off-set samples in D (weighted as the objective weighs them),
  drop: b(U)    add l: b(U & fails l)    remove l: -b(O & fails l & ~ge1)    negate l: drop + remove
  swap l -> m: b(U & fails m) - b(O & fails l & ~ge1 & m)                    new term t: -b(t & ~ge1)
are the changes of the objective, to the last sample: Boolean differences (Reed, Akers; see docs/search.md), one pass of
bit operations for all moves of a cover. Counting U against every input at once is the expensive part; `fitness.kernels.
tally` says why it is cheap after all.

Other consumers (several outputs, votes) differ in one thing only: at which samples turning a term on or off is good or
bad. `values` holds that interface; `outputs` and `votes` fill it, `cover` is the fast path of the plain case.

Conventions. Changes of the objective: negative is better. Literals are numbers as in `genomes.two_level.term_lists`;
products of sums are covers of the complement, so the on-set are then the negatives. A move that changes nothing (a
literal that is there already) is worth 0; one that makes a term false (the complement of a literal that is there) is
worth its drop. Prices of literals and terms are the caller's.

Modules: values, cover, outputs, votes, influence. They import compiled kernels when they are
imported; this package does not.
"""
