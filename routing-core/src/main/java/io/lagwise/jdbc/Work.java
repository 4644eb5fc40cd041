package io.lagwise.jdbc;

import java.sql.SQLException;

/** Something to be done on a physical connection. */
@FunctionalInterface
interface Work<R> {
    R on(Lease lease) throws SQLException;
}
