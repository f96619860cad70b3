"""Stage 1, land: deliveries of vendors, LRSs and the organisation become raw.*.

The path of a record: `inspection` names the connector that reads a delivery; the
connector hands statements and typed rows to `landing.writer`; `xapi` judges each
statement; `identity` replaces people by keys; `landing.commit` writes vault, then
warehouse.
"""
