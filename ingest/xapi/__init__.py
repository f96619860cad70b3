"""What an xAPI statement may look like, what makes two of them equal, how to mend one.

A statement's way: `validation.check_text` -> `normalisation.normalised` ->
`equivalence.content_hash`. References name sections of the xAPI 1.0.3 Data and
Communication documents, and "2.0" where IEEE 9274.1.1 differs.
"""
