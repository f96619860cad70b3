create table if not exists layout (
    layout_version integer not null,
    key_fingerprint varchar not null
);
create table if not exists identifiers (
    actor_key varchar not null,
    kind varchar not null,
    identifier varchar not null,
    primary key (actor_key, kind, identifier)
);
create table if not exists names (
    actor_key varchar not null,
    name varchar not null,
    primary key (actor_key, name)
);
create table if not exists quarantine (
    rejection_id varchar primary key,
    load_id varchar not null,
    source varchar not null,
    connector varchar not null,
    line bigint,
    payload varchar not null,
    replayed_at timestamp
);
create table if not exists deliveries (
    load_id varchar primary key,
    file_name varchar not null
);
create table if not exists tombstones (
    tombstone varchar primary key,
    erased_at timestamp not null
);
create table if not exists pending_erasures (
    actor_key varchar primary key
);
