-- The data set's tables as xAPI statements and typed rows. data_set.py loads the tables
-- `courses`, `info` ...; every day is relative to the start of a presentation.

create macro as_uuid(hex) as
hex[1:8] || '-' || hex[9:12] || '-5' || hex[14:16] || '-'
|| substr('89ab', 1 + (strpos('0123456789abcdef', hex[17]) - 1) % 4, 1)
|| hex[18:20] || '-' || hex[21:32];

create macro uuid5(natural_key) as
as_uuid(sha1(unhex(getvariable('namespace')) || encode(natural_key)));

create macro local_day(start, day) as
timezone('UTC', timezone('Europe/London', start + to_days(day::integer)));

create macro iso(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%SZ');

create macro base() as 'https://analyse.kmi.open.ac.uk/open_dataset';

create macro agent(student) as
'{"objectType":"Agent","account":{"homePage":"' || base() || '","name":"'
|| student || '"}}';

create macro statement(natural_key, student, verb, object, result, context, moment) as
'{"id":"' || uuid5('oulad|' || natural_key) || '","actor":' || agent(student)
|| ',"verb":{"id":"' || verb || '"},"object":' || object
|| coalesce(',"result":' || result, '') || ',"context":' || context
|| coalesce(',"timestamp":"' || iso(moment) || '"', '') || '}';

create macro activity(id, type) as
'{"objectType":"Activity","id":"' || id || '","definition":{"type":"' || type || '"}}';

create table presentations as
select
    code_module,
    code_presentation,
    module_presentation_length as length_days,
    code_module || '-' || code_presentation as cohort_id,
    base() || '/modules/' || code_module as module_iri,
    module_iri || '/presentations/' || code_presentation as presentation_iri,
    make_date(
        code_presentation[1:4]::integer,
        case code_presentation[5] when 'B' then 2 else 10 end,
        1
    )::timestamp as start,
    activity(presentation_iri, 'http://adlnet.gov/expapi/activities/course') as object,
    '"contextActivities":{"grouping":[{"id":"' || presentation_iri || '"},{"id":"'
    || module_iri || '"}]}' as grouping
from courses;

create table episodes as
select
    info.*,
    presentations.* exclude (code_module, code_presentation),
    registration.date_registration::integer as registered_on,
    registration.date_unregistration::integer as unregistered_on,
    info.code_module || '|' || info.code_presentation || '|' || info.id_student
        as episode_key,
    uuid5('oulad|registration|' || episode_key) as registration_id,
    '{"registration":"' || registration_id || '",' || grouping as context
from info
inner join presentations using (code_module, code_presentation)
left join registration using (code_module, code_presentation, id_student);

create view registered as
select
    statement(
        'registered|' || episode_key, id_student,
        'http://adlnet.gov/expapi/verbs/registered', object, null, context || '}',
        local_day(start, registered_on)
    ) as statement
from episodes;

create view unregistered as
select
    statement(
        'unregistered|' || episode_key, id_student,
        'http://id.tincanapi.com/verb/unregistered', object, null, context || '}',
        local_day(start, unregistered_on)
    ) as statement
from episodes
where unregistered_on is not null or final_result = 'Withdrawn';

create view finished as
select
    statement(
        'finished|' || episode_key, id_student,
        'http://adlnet.gov/expapi/verbs/'
        || case final_result when 'Fail' then 'failed' else 'completed' end,
        object,
        case final_result
            when 'Fail' then '{"success":false,"extensions":{"'
            else '{"success":true,"completion":true,"extensions":{"'
        end
        || 'https://tandem.example/xapi/extensions/imputed":true}}',
        context || '}', local_day(start, length_days)
    ) as statement
from episodes
where final_result in ('Pass', 'Distinction', 'Fail');

create view clicked as
select
    statement(
        'interacted|' || clicks.code_module || '|' || clicks.code_presentation || '|'
        || id_student || '|' || id_site || '|' || date::integer || '|' || sum_click || '|'
        || ordinal,
        id_student, 'http://adlnet.gov/expapi/verbs/interacted',
        activity(
            base() || '/vle/' || id_site,
            case sites.activity_type
                when 'forumng' then 'http://id.tincanapi.com/activitytype/discussion'
                else 'http://id.tincanapi.com/activitytype/resource'
            end
        ),
        '{"extensions":{"https://tandem.example/xapi/extensions/click-count":'
        || sum_click || '}}',
        coalesce(
            episodes.context,
            '{"registration":"' || uuid5(
                'oulad|registration|' || clicks.code_module || '|'
                || clicks.code_presentation || '|' || id_student
            ) || '",' || presentations.grouping
        ) || '}',
        local_day(presentations.start, date)
    ) as statement
from (
    select
        *,
        row_number() over (
            partition by
                code_module, code_presentation, id_student, id_site, date, sum_click
        ) as ordinal
    from click_log
) as clicks
inner join presentations using (code_module, code_presentation)
left join episodes using (code_module, code_presentation, id_student)
left join (select distinct id_site, activity_type from vle) as sites using (id_site);

create table assessed as
select
    student_assessment.id_assessment,
    student_assessment.id_student,
    score,
    local_day(presentations.start, date_submitted) as submitted_at,
    activity(
        base() || '/assessments/' || student_assessment.id_assessment,
        'http://adlnet.gov/expapi/activities/assessment'
    ) as target,
    coalesce(
        episodes.context,
        '{"registration":"' || uuid5(
            'oulad|registration|' || assessments.code_module || '|'
            || assessments.code_presentation || '|' || id_student
        ) || '",' || presentations.grouping
    ) || case when is_banked
        then ',"extensions":{"https://tandem.example/xapi/extensions/is-banked":true}}'
        else '}'
    end as context,
    student_assessment.id_assessment || '|' || id_student as attempt_key
from student_assessment
inner join assessments using (id_assessment)
inner join presentations using (code_module, code_presentation)
left join episodes using (code_module, code_presentation, id_student);

create view scored as
select
    statement(
        'scored|' || attempt_key, id_student, 'http://adlnet.gov/expapi/verbs/scored',
        target,
        '{"score":{"scaled":' || score / 100 || ',"raw":' || score
        || ',"min":0,"max":100}}',
        context, submitted_at
    ) as statement
from assessed
where score is not null;

create view judged as
select
    statement(
        'judged|' || attempt_key, id_student,
        'http://adlnet.gov/expapi/verbs/'
        || case when score >= 40 then 'passed' else 'failed' end,
        target, '{"success":' || (score >= 40) || '}', context, submitted_at
    ) as statement
from assessed
where score is not null;

create view submitted as
select
    statement(
        'submitted|' || attempt_key, id_student, 'http://activitystrea.ms/submit',
        target, null, context, submitted_at
    ) as statement
from assessed
where score is null;

---------- typed rows

create view programmes as
select
    code_module as programme_id,
    'Module ' || code_module as programme_name,
    'async' as default_delivery_mode,
    'final result' as completion_rule,
    'assessment' as completion_class,
    max(length_days)::bigint as horizon_days
from presentations
group by code_module;

create view cohorts as
select
    cohort_id,
    code_module as programme_id,
    'Module ' || code_module || ', ' || code_presentation as cohort_name,
    'async' as delivery_mode,
    local_day(start, 0) as valid_from,
    local_day(start, 0) as starts_at,
    local_day(start, length_days) as ends_at,
    'Europe/London' as time_zone
from presentations;

create view activities as
select distinct
    module_iri as activity_id,
    code_module as programme_id,
    null::varchar as cohort_id,
    'Module ' || code_module as activity_name,
    'programme' as role,
    null::timestamp as due_at,
    null::double as weight
from presentations
union all
select
    presentation_iri, code_module, cohort_id,
    'Module ' || code_module || ', ' || code_presentation, 'programme', null, null
from presentations
union all
select distinct
    base() || '/vle/' || id_site, code_module, cohort_id,
    activity_type || ' ' || id_site, 'unit', null::timestamp, null::double
from vle
inner join presentations using (code_module, code_presentation)
union all
select
    base() || '/assessments/' || id_assessment, code_module, cohort_id,
    assessment_type || ' ' || id_assessment,
    case assessment_type when 'Exam' then 'final_assessment' else 'assessment' end,
    local_day(start, date), weight::double
from assessments
inner join presentations using (code_module, code_presentation);

create view people as
select distinct
    agent(id_student) as actor,
    local_day(start, 0) as valid_from,
    highest_education as segment,
    region,
    'Europe/London' as time_zone
from episodes;

create view enrolments as
select
    agent(id_student) as actor,
    code_module as programme_id,
    cohort_id,
    registration_id as registration,
    'learner' as role,
    local_day(start, registered_on) as enrolled_at,
    local_day(start, unregistered_on) as withdrawn_at,
    final_result = 'Withdrawn' as is_withdrawn,
    num_of_prev_attempts::bigint as previous_attempts,
    studied_credits::double as studied_credits,
    highest_education as segment,
    region
from episodes;

create view sources as select true as is_ended;
