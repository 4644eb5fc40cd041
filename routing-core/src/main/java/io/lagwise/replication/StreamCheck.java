package io.lagwise.replication;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the writer shows, to any role, of a stream of changes and of what that needs.
 *
 * @param slot name of the slot
 * @param publication what the publication is and holds, another text after each change of it; null if there is none
 * @param obstacle why nothing can be streamed and what to do about it, or null
 * @param holder the server's process that uses the slot; 0 if there is no slot
 * @param streaming whether the slot is complete, so that its changes can be read
 * @param retained how many bytes of the log the slot holds back
 */
public record StreamCheck(
        String slot,
        @Nullable String publication,
        @Nullable String obstacle,
        int holder,
        boolean streaming,
        long retained) {
    private static final String LOOK =
            """
            SELECT d.slot, current_setting('wal_level'), p.oid || '/' || p.xmin || '/' || coalesce(
                       (SELECT md5(string_agg(m.classid || '/' || m.objid, ',' ORDER BY m.classid, m.objid))
                          FROM pg_depend m WHERE m.refclassid = 'pg_publication'::regclass AND m.refobjid = p.oid), ''),
                   p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate,
                   EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND to_jsonb(r) ->> 'prqual' <> ''),
                   s.active_pid, s.confirmed_flush_lsn IS NOT NULL AND s.wal_status IS DISTINCT FROM 'lost',
                   pg_wal_lsn_diff(pg_current_wal_insert_lsn(), s.restart_lsn)::bigint
              FROM (SELECT 'lagwise_' || oid || '_' || ? AS slot FROM pg_database WHERE datname = current_database()) d
              LEFT JOIN pg_publication p ON p.pubname = ?
              LEFT JOIN pg_replication_slots s ON s.slot_name = d.slot""";

    private static final String PUBLISHED =
            """
            SELECT n.nspname || '.' || c.relname
              FROM pg_get_publication_tables('%s') p
              JOIN pg_class c ON c.oid = p.relid
              JOIN pg_namespace n ON n.oid = c.relnamespace"""
                    .formatted(ChangeStream.PUBLICATION);

    /**
     * Looks on a connection to the writer.
     *
     * @param owner lower-case letters and digits that tell the slot from those of others on the same database
     */
    public static StreamCheck of(Connection writer, String owner) throws SQLException {
        try (PreparedStatement statement = writer.prepareStatement(LOOK)) {
            statement.setString(1, owner);
            statement.setString(2, ChangeStream.PUBLICATION);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String publication = row.getString(3);
                return new StreamCheck(
                        row.getString(1),
                        publication,
                        obstacle(row.getString(2), publication, row.getBoolean(4), row.getBoolean(5)),
                        row.getInt(6),
                        row.getBoolean(7),
                        row.getLong(8));
            }
        }
    }

    private static @Nullable String obstacle(
            String level, @Nullable String publication, boolean all, boolean filtered) {
        if (!level.equals("logical")) {
            return "wal_level is " + level + "; set wal_level = logical and restart the writer";
        }
        if (publication == null) {
            return "there is no publication; run CREATE PUBLICATION " + ChangeStream.PUBLICATION
                    + " FOR ALL TABLES as a superuser, after giving tables without a primary key a REPLICA IDENTITY";
        }
        if (!all || filtered) {
            return "publication " + ChangeStream.PUBLICATION
                    + " leaves out writes of its tables; it must publish insert,"
                    + " update, delete and truncate, and no table with a WHERE";
        }
        return null;
    }

    /** Returns the tables of the publication, which must be there. */
    public static Set<String> published(Connection writer) throws SQLException {
        Set<String> tables = new HashSet<>();
        try (Statement statement = writer.createStatement();
                ResultSet rows = statement.executeQuery(PUBLISHED)) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }
}
