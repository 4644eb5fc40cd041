# Waits for the end of the JVM that holds the other end of standard input, then removes the servers in $1.
trap '' INT TERM HUP
while read -r _; do :; done

arguments() {
    if [ -d /proc/self ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -o args= -p "$1"; fi
}

# Whether process $1 is a server in directory $2. One that has ended and that nobody reaps has no arguments any more.
is_server() {
    case "$(arguments "$1")" in *"$2"*) return 0 ;; esac
    return 1
}

# Those in directory $1 whose numbers are in files named $2. A killed server leaves its number in the file, and another
# process may have it by now.
servers() {
    for file in "$1"/*/data/"$2"; do
        [ -f "$file" ] || continue
        server=$(head -n 1 "$file")
        if is_server "$server" "$1"; then echo "$server"; fi
    done
}

for frozen in "$1"/*/frozen; do
    if [ -f "$frozen" ]; then kill -CONT $(cat "$frozen"); fi
done

# Redis has nothing to put in order, and ignores SIGQUIT where a build in the background does.
for server in $(servers "$1" redis.pid); do kill -KILL "$server"; done

# SIGQUIT is PostgreSQL's immediate shutdown: children and shared memory go with it. MariaDB ends in good order.
running="$(servers "$1" postmaster.pid) $(servers "$1" mariadbd.pid)"
for server in $running; do kill -QUIT "$server"; done
patience=100
for server in $running; do
    while is_server "$server" "$1" && [ $patience -gt 0 ]; do
        patience=$((patience - 1))
        sleep 0.1
    done
    kill -KILL "$server"
done

# What a killed server leaves in shared memory; one that was stopped has removed its file.
for file in "$1"/*/data/postmaster.pid; do
    if [ -f "$file" ]; then ipcrm -m "$(sed -n '7s/.* //p' "$file")"; fi
done

patience=100
while [ -d "$1" ] && [ $patience -gt 0 ]; do
    patience=$((patience - 1))
    rm -rf "$1" || sleep 0.1
done
