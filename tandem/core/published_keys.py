"""Which columns identify a row of a published table."""

KPI_CELL = (
    "cube",
    "kpi_id",
    "period_label",
    "trailing_quarters",
    "delivery_mode",
    "outcome_category",
    "programme_id",
    "business_unit",
    "region",
)
