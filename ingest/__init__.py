"""LAND: what vendors, LRSs and the organisation hand over becomes raw.*.

A record's path: `inspection` names the connector that reads a delivery; the connector
hands statements and typed rows to `landing.writer`; `xapi` judges each statement;
`identity` replaces people by keys; `landing.commit` writes vault, then warehouse.
"""
