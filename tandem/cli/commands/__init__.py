"""One module a command (or a family); `tandem.cli.main` registers what it finds here.

A module offers `register(app: typer.Typer) -> None`.
"""
