"""The one place that opens files from anywhere: regular files, gzip, npz. Every failure is a `ContainerError`.

The idea. A header is a claim. What it promises is compared with the bytes that are there, and with a bound on what may
be unpacked, before memory is taken for it; and only what needs no code to be read is read.
"""
