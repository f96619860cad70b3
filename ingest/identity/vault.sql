-- The identifiers and names of keys. Only landing, identity review, data requests and
-- erasure open this file.

create table if not exists layout (
    layout_version integer not null,
    key_fingerprint varchar not null      -- recognises the secret without disclosing it
);

create table if not exists identifiers (
    actor_key varchar not null,
    kind varchar not null,                -- mbox, mbox_sha1sum, openid, account
    identifier varchar not null,          -- as the source wrote it
    primary key (actor_key, kind, identifier)
);

create table if not exists names (
    actor_key varchar not null,
    name varchar not null,
    primary key (actor_key, name)
);

-- Names and identifiers of groups are not looked for in texts as people's are.
alter table identifiers add column if not exists is_group boolean default false;
alter table names add column if not exists is_group boolean default false;

create table if not exists quarantine (
    rejection_id varchar primary key,
    load_id varchar not null,
    source varchar not null,
    connector varchar not null,
    line bigint,
    payload varchar not null,             -- whole, for replay
    replayed_at timestamp
);

create table if not exists deliveries (
    load_id varchar primary key,
    file_name varchar not null            -- file names may name people
);

-- Files of which nothing landed, until they do (ingest.landing.unread_files).
create table if not exists unread_files (
    place varchar not null,               -- its path; archive/file for one in an archive
    is_packed boolean not null,
    sha256 varchar,                       -- of its bytes; null where they cannot be read
    reason varchar not null,              -- one line: why, and what to do
    problems varchar not null,            -- JSON: the wrong cells, with their values
    refused_at timestamp not null
);

create table if not exists tombstones (
    tombstone varchar primary key,        -- keyed hash of an erased person's identifier
    erased_at timestamp not null
);

-- An erasure under way: these keys are still to be removed somewhere.
create table if not exists pending_erasures (
    actor_key varchar primary key
);
