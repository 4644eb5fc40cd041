package io.lagwise.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A statement of the application, for which a physical one stands while a connection is leased for it.
 *
 * <p>Invariant: there is a physical statement exactly while there is a lease, which knows of this and on whose connection it
 * was made. Whichever ends first ends both, and the next use makes another.
 *
 * <p>As thread-safe as a JDBC statement: one thread at a time, {@link #cancel} apart.
 *
 * @param <S> the physical statement
 */
abstract class LeasedStatement<S extends Statement> implements Bound {
    private final RoutedConnection connection;
    private final LogicalSession session;
    private volatile @Nullable S physical;
    private @Nullable Lease lease;
    private volatile boolean closed;

    LeasedStatement(RoutedConnection connection) {
        this.connection = connection;
        this.session = connection.session();
    }

    /** Makes a physical statement of the kind that was asked for. */
    abstract S create(Connection target) throws SQLException;

    /** Sets on a new physical statement what was set on this before. */
    abstract void configure(S made) throws SQLException;

    /** Lets go of what was read from the physical statement, which is to run anew or to be closed. */
    void forgetResults() {}

    final RoutedConnection connection() {
        return connection;
    }

    final LogicalSession session() {
        return session;
    }

    /** Returns the physical statement, if there is one. */
    final @Nullable S physical() {
        return physical;
    }

    /** Returns the lease of a statement that has a physical one. */
    final Lease lease() {
        return Objects.requireNonNull(lease, "a statement without a physical one is on no lease");
    }

    /** Returns the physical statement on this lease, made now if it is on none or another. */
    final S bind(Lease target) throws SQLException {
        S bound = physical;
        if (bound != null && lease == target) {
            return bound;
        }
        leave();
        S made = create(target.physical());
        physical = made;
        lease = target;
        target.bind(this);
        try {
            configure(made);
        } catch (SQLException | RuntimeException e) {
            // Else it would run the next time without what was refused.
            leave();
            throw e;
        }
        return made;
    }

    /** Leaves the lease before that has ended. */
    final void leave() {
        Lease target = lease;
        if (target != null) {
            target.unbound(this);
            unbind();
        }
    }

    @Override
    public final void unbind() {
        S bound = physical;
        lease = null;
        physical = null;
        forgetResults();
        if (bound != null) {
            RoutedConnection.closeQuietly(bound);
        }
    }

    final void checkOpen() throws SQLException {
        connection.checkOpen();
        if (closed) {
            throw new SQLException("The statement is closed", SqlStates.STATEMENT_CLOSED);
        }
    }

    /** Cancels what is being executed; may be called by any thread. */
    public final void cancel() throws SQLException {
        S bound = physical;
        if (bound != null) {
            bound.cancel();
        }
    }

    /** Closes the statement, and gives back its connection unless others need it. */
    public final void close() throws SQLException {
        if (!isClosed()) {
            closed = true;
            forgetResults();
            leave();
            session.releaseIdle();
        }
    }

    /** Returns whether the statement or its connection is closed. */
    public final boolean isClosed() {
        return closed || connection.isClosed();
    }
}
