"""Connectors: one package per vendor, one public module per kind of file.

`discovery` defines what a connector must offer. The modules beside the packages are
shared by several vendors.
"""
