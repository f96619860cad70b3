#!/usr/bin/env bash
# What bench/minimal_root.sh does inside the root: the steps of docs/deploying.md.
set -euo pipefail

say() { echo "== $*"; }
as_tandem() {
    su tandem -s /bin/bash -c "cd /home/tandem && export TANDEM_HOME=$home \
        PATH=/opt/tandem/.venv/bin:\$PATH LANG=C.UTF-8; $1"
}
home=/var/lib/tandem

say "Debian $(cat /etc/debian_version), $(python3 --version), $(dpkg -l | grep -c ^ii) packages"

say "install"
userdel tandem 2>/dev/null || true  # of a run before
adduser --system --group --home /home/tandem tandem >/dev/null
install -d -o tandem -g tandem -m 700 "$home"
make -s -C /opt/tandem env

say "land, build, publish"
as_tandem "tandem sample files --enrolments 200 --seed 3"
as_tandem "cp files/tandem.toml $home/"
as_tandem "tandem run files/organisation files/roster files/calendar files/zoom files/teams files/lms"
as_tandem "tandem status" >/dev/null
as_tandem "tandem sql 'select count(*) from marts.fct_enrolments' --csv"

say "serve"
as_tandem "tandem dashboard --port 8599 >/home/tandem/served.log 2>&1 & echo \$! >/home/tandem/pid"
for _ in $(seq 120); do
    curl -fs http://127.0.0.1:8599/_stcore/health >/dev/null && break
    sleep 1
done
curl -fs http://127.0.0.1:8599/_stcore/health
echo
kill -INT "$(cat /home/tandem/pid)" 2>/dev/null || true

say "back up, lose the home and the key, restore"
as_tandem "tandem backup /home/tandem/copy --key /home/tandem/safe.key"
before=$(as_tandem "tandem sql 'select count(*), sum(numerator) from marts.fct_kpis' --csv")
find "$home" -mindepth 1 -delete
rm -rf /home/tandem/.config
as_tandem "tandem restore /home/tandem/copy --key /home/tandem/safe.key"
after=$(as_tandem "tandem sql 'select count(*), sum(numerator) from marts.fct_kpis' --csv")
[ "$before" = "$after" ] || { echo "not the same: $before / $after"; exit 1; }
if as_tandem "tandem restore /home/tandem/copy" 2>/dev/null; then
    echo "it overwrote a home"
    exit 1
fi
as_tandem "tandem run"

say "without the key: what is published is there, and nothing lands"
rm -rf /home/tandem/.config
as_tandem "tandem sql 'select count(*) from marts.fct_enrolments' --csv" >/dev/null
if as_tandem "tandem ingest files/roster"; then
    echo "it landed without the key"
    exit 1
fi

say "all of it worked"
