"""The connector of the organisation's own tables, such as programmes and cohorts."""
