{#- All rules of one table in one query: each failed rule is one row, with what is wrong
    in words (failed_rule) and the number of rows (row_count).

    unique: keys, each a list of columns. In a key of one column null is left out.
    not_null, not_negative, shares: columns. A share lies between 0 and 1.
    accepted: the values of a column, by column.
    relations: {to: ref(...), field: ..., besides: [...]} by column, where every value must
        be found, or be one of the values besides; the field is left out where it has the
        name of the column.
    rates: names, of which <name>_numerator and <name>_denominator are columns, or pairs
        {numerator: ..., denominator: ...}. The numerator lies between 0 and the
        denominator, and is null where the denominator is null.
    holds: conditions by name that are false for no row, for rules of no other kind.
    totals: conditions by name on aggregates of all rows.

    Except by not_null, null is always accepted. -#}
{% test audit(
    model,
    unique=none, not_null=none, accepted=none, relations=none, not_negative=none,
    shares=none, rates=none, holds=none, totals=none
) %}
{{ audit_query(model, {
    'unique': unique, 'not_null': not_null, 'accepted': accepted,
    'relations': relations, 'not_negative': not_negative, 'shares': shares,
    'rates': rates, 'holds': holds, 'totals': totals
}) }}
{% endtest %}


{#- The same for a view. A build leaves it out, since a view is computed again for each
    of its tests, and what is wrong in it is found in the tables that are made from it;
    `make test` runs it. A view with a fixed list of values that the organisation enters
    has an audit, which stops a build early. -#}
{% test audit_of_view(
    model,
    unique=none, not_null=none, accepted=none, relations=none, not_negative=none,
    shares=none, rates=none, holds=none, totals=none
) %}
{{ audit_query(model, {
    'unique': unique, 'not_null': not_null, 'accepted': accepted,
    'relations': relations, 'not_negative': not_negative, 'shares': shares,
    'rates': rates, 'holds': holds, 'totals': totals
}) }}
{% endtest %}
