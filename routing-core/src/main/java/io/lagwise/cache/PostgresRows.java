package io.lagwise.cache;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.core.Field;
import org.postgresql.core.Tuple;

/** Rows as PostgreSQL sent them. */
final class PostgresRows implements CachedRows {
    /** A field, with its name and what the driver notes about it. */
    private static final int FIELD = 150;
    /** A row, and a value in it, without the bytes. */
    private static final int ROW = 60;

    private static final int VALUE = 24;

    private final Field[] fields;
    private final List<Tuple> rows;
    private final long weight;
    private final PostgresReading reading;
    private final KeptValues values;

    PostgresRows(Field[] fields, List<Tuple> rows, long weight, PostgresReading reading) {
        this.fields = fields;
        this.rows = rows;
        this.weight = weight;
        this.reading = reading;
        this.values = KeptValues.of(fields, rows.size());
    }

    static long weigh(Field[] fields, List<Tuple> rows) {
        long weight = (long) fields.length * FIELD;
        for (Tuple row : rows) {
            weight += ROW + (long) fields.length * VALUE + row.length() + KeptValues.weigh(fields, row);
        }
        return weight;
    }

    byte[] toBytes() {
        return PostgresRowsFormat.write(fields, rows);
    }

    @Override
    public long weight() {
        return weight;
    }

    @Override
    public ResultSet open(int type) throws SQLException {
        return reading.statement(type).createDriverResultSet(fields, rows);
    }

    @Override
    public KeptValues values() {
        return values;
    }
}
