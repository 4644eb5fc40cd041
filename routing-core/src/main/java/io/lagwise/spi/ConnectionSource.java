package io.lagwise.spi;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to one server for the library's own use. */
@FunctionalInterface
public interface ConnectionSource {
    /** Returns a connection that the caller closes. */
    Connection open() throws SQLException;

    /** Closes a connection that failed or leads to the wrong server, so that it is not handed out again. */
    default void discard(Connection connection) throws SQLException {
        connection.close();
    }
}
