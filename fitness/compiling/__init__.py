"""Compiled kernels on disk: where they are kept, who compiles them, how one waits for it.

The idea. numba compiles a kernel with a signature where its module is imported: some 90 CPU seconds for all of them,
in which no signal acts, and once for every process that imports them at the same moment. So no process that searches
compiles. Before a module is imported its kernels are compiled by workers (`crew`, `worker`), as many as there are
cores, while the process that wants them waits: it can be stopped at any moment (`stopping`), says how far the work is,
and only loads what the workers left. One process of a machine has them compiled for all others, which wait for its
lock (`ready`).

Compiled kernels are programs. They are read only from a folder that nobody else may write to (`places`), whose name is
a digest of everything they depend on: all sources of kernels, the versions of Python, numba and llvmlite, the processor
and numba's own settings (`sources`). So nothing stale is ever read, and processors do not share code.

A module is complete in a folder once its stamp `MODULE.ready` is there; the stamp is written last.
"""
