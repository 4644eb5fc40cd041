package io.lagwise.replication;

import io.lagwise.spi.Position;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.ServerStatus.Role;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * Asks PostgreSQL 14 and later, with the rights of any role.
 *
 * <p>The writer's position is its <em>insert</em> position: under {@code synchronous_commit=off} a commit is acknowledged
 * before the write and flush positions reach it. A reader's timeline is a lower bound: of what it receives where the role
 * may see that ({@code pg_monitor}), else of its last restart point, so that an ordinary role's readers come back later
 * after a promotion.
 */
public final class PostgresProbe implements ReplicationProbe {
    private static final String STATUS =
            """
            SELECT r.recovering,
                   CASE WHEN r.recovering THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')
                        ELSE pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') END,
                   CASE WHEN r.recovering THEN greatest(
                            (SELECT received_tli FROM pg_stat_wal_receiver),
                            (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
                            (SELECT timeline_id FROM pg_control_checkpoint()))
                        ELSE ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint END,
                   (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint,
                   (SELECT system_identifier FROM pg_control_system()),
                   coalesce(host(inet_server_addr()) || ':' || inet_server_port(), 'local'),
                   current_setting('wal_block_size')::bigint,
                   pg_size_bytes(current_setting('wal_segment_size'))
              FROM (SELECT pg_is_in_recovery() AS recovering) r""";

    private static final String SESSION =
            """
            SELECT pid || ':' || (extract(epoch FROM backend_start) * 1000000)::bigint
              FROM pg_stat_activity WHERE pid = pg_backend_pid()""";

    private static final String SESSION_EXISTS =
            """
            SELECT 1 FROM pg_stat_activity
             WHERE pid = ? AND (backend_start IS NULL OR (extract(epoch FROM backend_start) * 1000000)::bigint = ?)""";

    private static final String DATABASE =
            "SELECT system_identifier || '.' || (SELECT oid FROM pg_database WHERE datname = current_database())"
                    + " FROM pg_control_system()";

    private static final String ANNOUNCEMENT = "lagwise:";

    private static final String ANNOUNCED =
            """
            SELECT DISTINCT application_name FROM pg_stat_activity
             WHERE datname = current_database() AND application_name LIKE 'lagwise:%'""";

    /** Makes the probe. */
    public PostgresProbe() {}

    @Override
    public ServerStatus status(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STATUS)) {
            row.next();
            Role role = row.getBoolean(1) ? Role.READER : Role.WRITER;
            long log = row.getLong(2);
            long position = role == Role.WRITER ? withoutPageHeader(log, row.getLong(7), row.getLong(8)) : log;
            String system = row.getString(5);
            long started = row.getLong(4);
            return new ServerStatus(
                    server(role, system, row.getString(6), started),
                    role,
                    row.getLong(3),
                    started,
                    Position.inLog(system, position));
        }
    }

    /**
     * Returns a writer's identity without its address.
     *
     * <p>It may be reached by several, its own and one that follows the writer; standbys are told apart by theirs.
     */
    private static ServerId server(Role role, String system, String address, long started) {
        return new ServerId(role == Role.WRITER ? system + "/" + started : system + "@" + address + "/" + started);
    }

    /**
     * Returns the start of the page if the position is just past a page header.
     *
     * <p>An idle writer's insert position may be there, while a reader that has applied everything stays at the page's
     * start for ever. No record ends within a header, so rounding down loses nothing. Header sizes: 40 bytes on the first
     * page of a segment, 24 on others (PostgreSQL source, {@code xlog_internal.h}).
     */
    static long withoutPageHeader(long position, long blockSize, long segmentSize) {
        if (position % segmentSize == 40) {
            return position - 40;
        }
        return position % blockSize == 24 ? position - 24 : position;
    }

    @Override
    public String session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SESSION)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public boolean isOver(Connection connection, String session) throws SQLException {
        int colon = session.indexOf(':');
        try (PreparedStatement statement = connection.prepareStatement(SESSION_EXISTS)) {
            statement.setInt(1, Integer.parseInt(session.substring(0, colon)));
            statement.setLong(2, Long.parseLong(session.substring(colon + 1)));
            try (ResultSet row = statement.executeQuery()) {
                return !row.next();
            }
        }
    }

    @Override
    public String database(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DATABASE)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Sets the application name, which any role sees of all sessions. */
    @Override
    public void announce(Connection connection, String instance) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT set_config('application_name', ?, false)")) {
            statement.setString(1, ANNOUNCEMENT + instance);
            statement.execute();
        }
    }

    @Override
    public Set<String> announced(Connection connection) throws SQLException {
        Set<String> instances = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ANNOUNCED)) {
            while (rows.next()) {
                instances.add(rows.getString(1).substring(ANNOUNCEMENT.length()));
            }
        }
        return instances;
    }
}
