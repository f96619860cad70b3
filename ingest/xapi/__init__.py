"""The rules of xAPI: valid statements, equivalent statements, repairs.

The path of a statement: `validation.check_text` -> `normalisation.normalised` ->
`equivalence.content_hash`. References name sections of the xAPI 1.0.3 Data and
Communication documents, and "2.0" where IEEE 9274.1.1 differs.
"""
