package io.lagwise.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Copies the directory of a running server; the binaries bring no {@code pg_basebackup}. */
record OnlineBackup(PostgresServer source) {
    private static final Set<Path> LEFT_OUT = Set.of(
            Path.of("postmaster.pid"),
            Path.of("postmaster.opts"),
            Path.of("postgresql.auto.conf"),
            Path.of("standby.signal"),
            Path.of("pg_wal"),
            Path.of("pg_replslot"));

    static OnlineBackup of(PostgresServer source) {
        return new OnlineBackup(source);
    }

    void copy(Path original, Path target) throws IOException {
        try (AdminSession session = AdminSession.open(source)) {
            session.text("SELECT pg_backup_start('lagwise', fast => true)::text");
            Directories.copy(original, target, path -> !LEFT_OUT.contains(path));
            Files.createDirectories(target.resolve("pg_wal/archive_status"));
            Files.createDirectories(target.resolve("pg_replslot"));
            String label = session.text("SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)");
            Files.writeString(target.resolve("backup_label"), label);
        }
    }
}
