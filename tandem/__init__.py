"""The conductor, and what every stage may use.

`tandem.cli` and `tandem.pipeline` know the stages and their order. `settings`,
`files`, `errors`, `wording` and `progress` are the ground that all stages stand on;
they import no stage.
"""
