package io.lagwise.cache;

import io.lagwise.CacheReason;
import io.lagwise.spi.ConnectionSource;
import io.lagwise.spi.ResultCodec;
import io.lagwise.spi.StoredResult;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.VarHandle;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Field;
import org.postgresql.core.Oid;
import org.postgresql.core.Tuple;
import org.postgresql.jdbc.PgResultSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rows of PostgreSQL as the server sent them, and lets the driver itself read them again.
 *
 * <p>The driver holds all rows of a result that is not streamed, and makes results over rows that are given to it. So a kept
 * result costs no conversion when it is kept, and answers each getter by the very code that answered the first time. The
 * rows and their description are the only fields of the driver that are looked into; where a version of the driver has them
 * no longer, nothing is kept.
 */
public final class PostgresCapture implements RowCapture, ResultCodec, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresCapture.class);

    /** What is only a name for something that stays in the session or on the server. */
    private static final Set<Integer> HANDLES = Set.of(Oid.OID, Oid.REF_CURSOR);

    private final PostgresReading reading;
    private final @Nullable Internals internals = Internals.find();

    /** Makes a capture whose results are read by the driver's objects of a connection from here. */
    public PostgresCapture(ConnectionSource source) {
        this.reading = new PostgresReading(source);
    }

    /** The fields of the driver's result. */
    private record Internals(VarHandle fields, VarHandle rows, VarHandle cursor) {
        static @Nullable Internals find() {
            try {
                Lookup lookup = MethodHandles.privateLookupIn(PgResultSet.class, MethodHandles.lookup());
                Class<?> cursorType =
                        PgResultSet.class.getDeclaredField("cursor").getType();
                return new Internals(
                        lookup.findVarHandle(PgResultSet.class, "fields", Field[].class),
                        lookup.findVarHandle(PgResultSet.class, "rows", List.class),
                        lookup.findVarHandle(PgResultSet.class, "cursor", cursorType));
            } catch (ReflectiveOperationException | RuntimeException e) {
                log.warn("No results are kept: this version of the driver holds rows in a way that is not known", e);
                return null;
            }
        }
    }

    @Override
    public Captured capture(ResultSet live, long maximumSize) throws SQLException {
        if (internals == null || !live.isWrapperFor(PgResultSet.class)) {
            return Captured.refused(CacheReason.TYPE_NOT_EXACT);
        }
        return capture(live.unwrap(PgResultSet.class), internals, maximumSize);
    }

    @SuppressWarnings("unchecked")
    private Captured capture(PgResultSet live, Internals driver, long maximumSize) {
        List<Tuple> rows = (List<Tuple>) driver.rows().get(live);
        if (rows == null || driver.cursor().get(live) != null) {
            return Captured.refused(CacheReason.RESULT_SHAPE);
        }
        Field[] fields = copy((Field[]) driver.fields().get(live));
        for (Field field : fields) {
            if (HANDLES.contains(field.getOID())) {
                return Captured.refused(CacheReason.TYPE_NOT_EXACT);
            }
        }
        long weight = PostgresRows.weigh(fields, rows);
        if (weight > maximumSize) {
            return Captured.refused(CacheReason.TOO_LARGE);
        }
        return reading.isReady()
                ? Captured.kept(new PostgresRows(fields, List.copyOf(rows), weight, reading))
                : Captured.refused(CacheReason.NO_CONNECTION);
    }

    /** The driver changes the format of the fields that it knows when it executes a statement anew. */
    private static Field[] copy(Field[] fields) {
        Field[] copies = new Field[fields.length];
        for (int i = 0; i < fields.length; i++) {
            Field field = fields[i];
            copies[i] = new Field(
                    field.getColumnLabel(),
                    field.getOID(),
                    field.getLength(),
                    field.getMod(),
                    field.getTableOid(),
                    field.getPositionInTable());
            copies[i].setFormat(field.getFormat());
        }
        return copies;
    }

    /** Returns whether rows can be read and {@link #context()} is known, connecting where need be. */
    public boolean prepare() {
        return reading.isReady();
    }

    @Override
    public byte @Nullable [] context() {
        return internals == null ? null : reading.context();
    }

    @Override
    public byte @Nullable [] encode(StoredResult.Rows rows) {
        return rows instanceof PostgresRows ours ? ours.toBytes() : null;
    }

    @Override
    public StoredResult.@Nullable Rows decode(byte[] bytes) {
        PostgresRowsFormat.Content content = PostgresRowsFormat.read(bytes);
        if (content == null) {
            return null;
        }
        long weight = PostgresRows.weigh(content.fields(), content.rows());
        return new PostgresRows(content.fields(), content.rows(), weight, reading);
    }

    @Override
    public void close() {
        reading.close();
    }
}
