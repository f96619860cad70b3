{% test numerator_le_denominator(model, numerator, denominator) %}
select *
from {{ model }}
where
    {{ numerator }} > {{ denominator }}
    or {{ numerator }} < 0
    or ({{ denominator }} is null and {{ numerator }} is not null)
{% endtest %}
