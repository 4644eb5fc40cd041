package io.lagwise.history;

import io.lagwise.ledger.ForwardingLedger;
import io.lagwise.ledger.LocalLedger;
import io.lagwise.ledger.WriterPositionLedger;
import io.lagwise.replication.PostgresProbe;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.RoutingPolicy;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import io.lagwise.spi.WriterLink;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ways to break the protocol that somebody has shipped or might think good enough.
 *
 * <p>Each replaces a part where applications may replace it too.
 */
enum KnownBad {
    /** The position up to which the log was written out, which an asynchronous commit is acknowledged before. */
    WRITTEN_POSITION {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.probe(new WrittenPositionProbe());
        }
    },
    /** Nothing is marked before a commit; its position is noted some time after. */
    NO_TOKEN {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.ledger(new TokenlessLedger());
        }
    },
    /** What a reader was once seen to have holds until the server starts anew, though its backends may crash. */
    BOUND_BY_START_TIME {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.probe(new StartTimeProbe());
        }
    },
    /** Whoever takes writes is the writer: positions may come from the one before the promotion. */
    NO_EPOCH {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.probe(new EpochlessProbe());
        }
    },
    /** A table's position is dropped once one reader has reached it. */
    DROPPED_POSITION {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            FurthestReader furthest = new FurthestReader();
            return builder.probe(furthest).ledger(new ForgetfulLedger(furthest));
        }
    },
    /** Results are kept and used without regard to versions. */
    UNVERSIONED_PUT {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.ledger(new CountingLedger(Bump.NEVER));
        }
    },
    /** Versions change before a commit only, and nothing is marked meanwhile. */
    BUMP_BEFORE {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.ledger(new CountingLedger(Bump.BEFORE));
        }
    },
    /** Versions change some time after a commit only, and nothing is marked meanwhile. */
    BUMP_AFTER {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.ledger(new CountingLedger(Bump.AFTER));
        }
    },
    /** A read makes do with the position of the writer that an earlier one has asked for. */
    EARLIER_POSITION {
        @Override
        RoutingDataSourceBuilder right(RoutingDataSourceBuilder builder) {
            return builder.coordination(Coordination.WRITER);
        }

        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.ledger(new LateLedger());
        }
    },
    /** Readers in turn, whatever they have. */
    ROUND_ROBIN {
        @Override
        RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder) {
            return builder.ledger(new BlindLedger()).policy(new InTurn());
        }
    };

    /** Makes the data source as it should be, where its defaults in the tests are not what is broken. */
    RoutingDataSourceBuilder right(RoutingDataSourceBuilder builder) {
        return builder;
    }

    /** Breaks the data source that is being built. */
    abstract RoutingDataSourceBuilder in(RoutingDataSourceBuilder builder);

    /** Answers as PostgreSQL does, to be falsified. */
    private abstract static class Probe implements ReplicationProbe {
        private final ReplicationProbe right = new PostgresProbe();

        @Override
        public ServerStatus status(Connection connection) throws SQLException {
            return falsify(right.status(connection), connection);
        }

        abstract ServerStatus falsify(ServerStatus status, Connection connection) throws SQLException;

        @Override
        public String session(Connection connection) throws SQLException {
            return right.session(connection);
        }

        @Override
        public boolean isOver(Connection connection, String session) throws SQLException {
            return right.isOver(connection, session);
        }

        static ServerStatus at(Position position, ServerStatus status) {
            return new ServerStatus(status.server(), status.role(), status.timeline(), status.started(), position);
        }
    }

    private static final class WrittenPositionProbe extends Probe {
        @Override
        ServerStatus falsify(ServerStatus status, Connection connection) throws SQLException {
            if (!status.isWriter()) {
                return status;
            }
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select system_identifier,"
                            + " pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') from pg_control_system()")) {
                row.next();
                return at(Position.inLog(row.getString(1), row.getLong(2)), status);
            }
        }
    }

    private static final class StartTimeProbe extends Probe {
        private final Map<ServerId, Position> seen = new ConcurrentHashMap<>();

        @Override
        ServerStatus falsify(ServerStatus status, Connection connection) {
            return at(seen.merge(status.server(), status.position(), Position::merge), status);
        }
    }

    private static final class EpochlessProbe extends Probe {
        private static final ServerId ANY_WRITER = new ServerId("the writer");

        @Override
        ServerStatus falsify(ServerStatus status, Connection connection) {
            ServerId server = status.isWriter() ? ANY_WRITER : status.server();
            return new ServerStatus(server, status.role(), 1, 0, status.position());
        }
    }

    private static final class FurthestReader extends Probe {
        private final AtomicReference<Position> position = new AtomicReference<>(Position.NONE);

        @Override
        ServerStatus falsify(ServerStatus status, Connection connection) {
            if (!status.isWriter()) {
                position.accumulateAndGet(status.position(), Position::merge);
            }
            return status;
        }

        boolean has(Position required) {
            return position.get().covers(required);
        }
    }

    /** Remembers as it should, to be falsified. */
    private abstract static class Ledger extends ForwardingLedger {
        Ledger() {
            super(new LocalLedger());
        }

        boolean isAt(TableSet records, TableVersions versions) {
            return records.isAt(versions);
        }

        @Override
        public TableSet reads(Set<String> tables) {
            TableSet records = right.reads(tables);
            return new TableSet() {
                @Override
                public @Nullable Position required() {
                    return falsify(records.required());
                }

                @Override
                public @Nullable TableVersions versions() {
                    return falsify(records.versions());
                }

                @Override
                public boolean isAt(TableVersions versions) {
                    return Ledger.this.isAt(records, versions);
                }

                @Override
                public Set<String> names() {
                    return records.names();
                }
            };
        }

        @Nullable
        Position falsify(@Nullable Position required) {
            return required;
        }

        @Nullable
        TableVersions falsify(@Nullable TableVersions versions) {
            return versions;
        }
    }

    private static final class LateLedger extends Ledger {
        private final TableLedger positions = new WriterPositionLedger();
        private volatile @Nullable Position earlier;

        @Override
        public void attach(WriterLink writer) {
            positions.attach(writer);
        }

        @Override
        @Nullable
        Position falsify(@Nullable Position required) {
            Position before = earlier;
            Position now = positions.reads(Set.of()).required();
            earlier = now == null ? before : now;
            return before == null ? now : before;
        }
    }

    private static final class TokenlessLedger extends Ledger {
        private record Promise(Collection<TableSet> written, Epoch epoch) implements CommitToken {}

        @Override
        public CommitToken begin(Collection<TableSet> written, Epoch epoch, String session)
                throws EpochOverException, SQLException {
            right.complete(right.begin(written, epoch, session), Position.NONE);
            return new Promise(List.copyOf(written), epoch);
        }

        @Override
        public void complete(CommitToken token, Position covering) {
            Promise promise = (Promise) token;
            try {
                right.complete(right.begin(promise.written(), promise.epoch(), "none"), covering);
            } catch (EpochOverException | SQLException e) {
                // Nothing of an earlier epoch is kept.
                return;
            }
        }
    }

    private static final class ForgetfulLedger extends Ledger {
        private final FurthestReader furthest;

        ForgetfulLedger(FurthestReader furthest) {
            this.furthest = furthest;
        }

        @Override
        @Nullable
        Position falsify(@Nullable Position required) {
            return required != null && furthest.has(required) ? Position.NONE : required;
        }
    }

    /** When versions change. */
    private enum Bump {
        NEVER,
        BEFORE,
        AFTER
    }

    /** Has one version for all tables, and forgets for the cache's sake what is under way. */
    private static final class CountingLedger extends Ledger {
        private record Count(Epoch epoch, long count) implements TableVersions {}

        private final Bump bump;
        private final AtomicLong count = new AtomicLong();
        private volatile @Nullable Epoch epoch;

        CountingLedger(Bump bump) {
            this.bump = bump;
        }

        @Override
        @Nullable
        TableVersions falsify(@Nullable TableVersions versions) {
            Epoch current = epoch;
            return current == null ? null : new Count(current, count.get());
        }

        @Override
        boolean isAt(TableSet records, TableVersions versions) {
            return ((Count) versions).count() == count.get();
        }

        @Override
        public CommitToken begin(Collection<TableSet> written, Epoch current, String session)
                throws EpochOverException, SQLException {
            if (bump == Bump.BEFORE) {
                count.incrementAndGet();
            }
            return super.begin(written, current, session);
        }

        @Override
        public void complete(CommitToken token, Position covering) {
            if (bump == Bump.AFTER) {
                count.incrementAndGet();
            }
            super.complete(token, covering);
        }

        @Override
        public void advance(Epoch current, Position floor) {
            super.advance(current, floor);
            epoch = current;
        }
    }

    private static final class BlindLedger extends Ledger {
        @Override
        Position falsify(@Nullable Position required) {
            return Position.NONE;
        }
    }

    private static final class InTurn implements RoutingPolicy {
        private final AtomicInteger turn = new AtomicInteger();

        @Override
        public int choose(Candidates candidates) {
            return Math.floorMod(turn.getAndIncrement(), candidates.size());
        }
    }
}
