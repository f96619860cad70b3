"""An invented organisation in the vendors' own file formats, and the truth planted.

`samples.generate.generate` writes a folder. Nothing here imports a reader: the files
follow what the vendors export. `samples/oulad` holds the open data set instead.
"""
