package io.lagwise.routing;

import static io.lagwise.routing.Failures.failureOf;
import static io.lagwise.routing.RecordedRouting.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.ledger.ForwardingLedger;
import io.lagwise.ledger.LocalLedger;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A read that is sent before its records are known: nobody sees its rows unless these say that the reader had it all. */
class ReadOnTrustTests {
    private final DistantLedger ledger = new DistantLedger();
    private RecordedRouting routing;
    private Connection connection;
    private Statement statement;

    @BeforeEach
    void open() throws SQLException {
        routing = new RecordedRouting(1, pool -> {}, builder -> builder.ledger(ledger)).warm();
        connection = routing.connection();
        statement = connection.createStatement();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        assertThat(routing.inUse()).isZero();
        routing.close();
    }

    /** Keeps its records elsewhere: an answer comes once the test lets it, and says how they are then. */
    private static final class DistantLedger extends ForwardingLedger {
        private volatile @Nullable Position likely;
        private volatile Runnable way = () -> {};

        DistantLedger() {
            super(new LocalLedger());
        }

        /** The records of some tables, or the answer of who was asked for them. */
        private final class Records implements TableSet {
            private final TableSet set;
            private final boolean answer;
            private @Nullable Position required;
            private boolean here;

            Records(TableSet set, boolean answer) {
                this.set = set;
                this.answer = answer;
            }

            @Override
            public TableSet asked() {
                return answer ? this : new Records(set, true);
            }

            @Override
            public @Nullable Position likely() {
                return answer && !here ? likely : null;
            }

            @Override
            public synchronized @Nullable Position required() {
                if (!here) {
                    if (answer) {
                        way.run();
                    }
                    required = set.required();
                    here = answer;
                }
                return required;
            }

            @Override
            public RouteReason obstacle() {
                required();
                return set.obstacle();
            }

            @Override
            public @Nullable TableVersions versions() {
                return set.versions();
            }

            @Override
            public boolean isAt(TableVersions versions) {
                return set.isAt(versions);
            }

            @Override
            public Set<String> names() {
                return set.names();
            }
        }

        @Override
        public TableSet reads(Set<String> tables) {
            return new Records(right.reads(tables), false);
        }
    }

    /** From now on what the table requires is taken for likely. */
    private void trust() {
        ledger.likely = ledger.reads(Set.of("public.item")).required();
        assertThat(ledger.likely).isNotNull();
    }

    /** What happens while the records are on their way, which is once the statement was sent. */
    private void meanwhile(Runnable happens) {
        ledger.way = () -> {
            ledger.way = () -> {};
            assertThat(routing.reader().trips())
                    .as("sent before the records are here")
                    .contains(READ);
            happens.run();
        };
    }

    private void commitElsewhere() {
        try (Connection other = routing.connection();
                Statement update = other.createStatement()) {
            update.executeUpdate("update item set n = n + 1");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        await().until(() -> routing.inFlight("item") == 0);
    }

    private void read() throws SQLException {
        try (ResultSet rows = statement.executeQuery(READ)) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getStatement()).isSameAs(statement);
        }
    }

    @Test
    void itsRowsAreShownWhereTheReaderHadAll() throws SQLException {
        trust();
        meanwhile(() -> {});
        read();
        assertThat(routing.reader().trips()).containsExactly(READ);
        assertThat(routing.writer().trips()).isEmpty();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FRESH);
        assertThat(routing.decisions()).hasSize(1);
    }

    @Test
    void itIsRepeatedOnTheWriterWhereTheReaderLacksACommit() throws SQLException {
        trust();
        routing.reader().pause();
        commitElsewhere();
        routing.forget();
        meanwhile(() -> {});
        read();
        assertThat(routing.writer().trips()).containsExactly(READ);
        assertThat(routing.lastReason()).isEqualTo(RouteReason.READERS_BEHIND);
        assertThat(routing.decisions()).hasSize(1);
    }

    @Test
    void whatTheReaderHasAppliedSinceItWasSentDoesNotCount() throws SQLException {
        trust();
        routing.reader().pause();
        commitElsewhere();
        routing.forget();
        meanwhile(() -> {
            routing.reader().resume();
            routing.awaitReason(READ, RouteReason.READER_FRESH);
        });
        read();
        assertThat(routing.writer().trips()).contains(READ);
        assertThat(routing.lastReason()).isEqualTo(RouteReason.READERS_BEHIND);
    }

    @Test
    void itIsRepeatedWhereACommitIsUnderWay() throws Exception {
        trust();
        CountDownLatch landing = new CountDownLatch(1);
        routing.forget();
        meanwhile(() -> {
            try {
                ledger.begin(
                        List.of(ledger.writes(Set.of("public.item"))),
                        routing.dataSource().status().lag().epoch(),
                        "somebody's");
                landing.countDown();
            } catch (TableLedger.EpochOverException | SQLException e) {
                throw new AssertionError(e);
            }
        });
        read();
        assertThat(landing.getCount()).isZero();
        assertThat(routing.writer().trips()).containsExactly(READ);
        assertThat(routing.lastReason()).isEqualTo(RouteReason.WRITE_IN_FLIGHT);
    }

    @Test
    void anErrorOfAReaderThatLacksACommitIsNotTold() throws SQLException {
        trust();
        routing.reader().pause();
        commitElsewhere();
        routing.forget();
        routing.reader().next(READ).fails("22012");
        read();
        assertThat(routing.writer().trips()).containsExactly(READ);
    }

    @Test
    void anErrorOfAReaderThatHadAllIsTold() {
        trust();
        routing.reader().next(READ).fails("22012");
        assertThat(failureOf(() -> statement.executeQuery(READ)).getSQLState()).isEqualTo("22012");
        assertThat(routing.writer().trips()).isEmpty();
    }

    @Test
    void aFaultOfAReaderThatHadAllIsRepeatedOnTheWriter() throws SQLException {
        trust();
        routing.reader().next(READ).fails("08006");
        read();
        assertThat(routing.writer().trips()).containsExactly(READ);
        assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FAILED);
    }

    @Test
    void nothingIsSentOnTrustInATransaction() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        trust();
        ledger.way = () -> assertThat(routing.reader().trips()).doesNotContain(READ);
        read();
        connection.commit();
        connection.setAutoCommit(true);
        connection.setReadOnly(false);
    }
}
