package io.lagwise.replication;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.WriterLink;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the writer, and gives each commit that has ended a position that contains it (W3).
 *
 * <p>Invariant: a position covers only commits that ended before the poll which read it began, on the same server and in
 * the same epoch. One poll serves all commits and readers of the position that were waiting when it began, so that a
 * commit costs no round trip of its own.
 */
final class WriterWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WriterWatch.class);

    private record Ended(CommitToken token, ServerId server) {}

    private record Lost(CommitToken token, ServerId server, String session) {}

    private final NodeConnection connection;
    private final TableLedger ledger;
    private final Supplier<@Nullable Epoch> currentEpoch;
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Queue<Lost> lost = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<Position>> asked = new ConcurrentLinkedQueue<>();
    private final Queue<Inquiry<?>> inquiries = new ConcurrentLinkedQueue<>();

    /** A question that somebody else has to the writer. */
    private record Inquiry<T>(WriterLink.Query<T> query, CompletableFuture<T> answer) {
        void on(NodeConnection connection) {
            try {
                answer.complete(connection.ask(query));
            } catch (SQLException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }
    }

    WriterWatch(NodeConnection connection, TableLedger ledger, Supplier<@Nullable Epoch> currentEpoch) {
        this.connection = connection;
        this.ledger = ledger;
        this.currentEpoch = currentEpoch;
    }

    void ended(CommitToken token, ServerId server) {
        ended.add(new Ended(token, server));
    }

    void lost(CommitToken token, ServerId server, String session) {
        lost.add(new Lost(token, server, session));
    }

    CompletableFuture<Position> positionFromNow() {
        CompletableFuture<Position> future = new CompletableFuture<>();
        asked.add(future);
        return future;
    }

    long openings() {
        return connection.openings();
    }

    <T> CompletableFuture<T> ask(WriterLink.Query<T> query) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        inquiries.add(new Inquiry<>(query, answer));
        return answer;
    }

    boolean hasUnresolved() {
        return !lost.isEmpty();
    }

    /**
     * Polls once and returns the answer.
     *
     * @param accept hears the answer before it is used, with whether the connection is new; false if it leads to a server
     *     that is not the writer of the current epoch
     */
    ServerStatus poll(Acceptance accept) throws SQLException {
        List<Ended> waiting = drain(ended);
        List<CompletableFuture<Position>> askers = drain(asked);
        List<Inquiry<?>> open = drain(inquiries);
        try {
            boolean fresh = connection.isNew();
            ServerStatus status = connection.status();
            if (!accept.accept(status, fresh)) {
                connection.drop();
                throw new SQLException("The writer's URL leads to a server that is not the current writer: "
                        + status.server() + " (" + status.role() + ", timeline " + status.timeline() + ")");
            }
            waiting.removeIf(commit -> settle(commit, status));
            askers.forEach(asker -> asker.complete(status.position()));
            askers.clear();
            open.forEach(inquiry -> inquiry.on(connection));
            open.clear();
            resolveLost(status);
            return status;
        } catch (SQLException e) {
            askers.forEach(asker -> asker.completeExceptionally(e));
            open.forEach(inquiry -> inquiry.answer().completeExceptionally(e));
            throw e;
        } finally {
            ended.addAll(waiting);
        }
    }

    /** Returns whether nothing is left to do for the commit. */
    private boolean settle(Ended commit, ServerStatus status) {
        if (isOfEarlierEpoch(commit.token())) {
            return true;
        }
        if (!status.server().equals(commit.server())
                || !status.epoch().equals(commit.token().epoch())) {
            return false;
        }
        ledger.complete(commit.token(), status.position());
        return true;
    }

    private boolean isOfEarlierEpoch(CommitToken token) {
        Epoch current = currentEpoch.get();
        return current != null && current.isAfter(token.epoch());
    }

    /** Lets a commit of unknown outcome end once the server has ended its session; the next poll then covers it. */
    private void resolveLost(ServerStatus status) throws SQLException {
        for (Lost commit : lost) {
            if (isOfEarlierEpoch(commit.token())) {
                lost.remove(commit);
            } else if (commit.server().equals(status.server()) && connection.isOver(commit.session())) {
                lost.remove(commit);
                ended(commit.token(), commit.server());
                log.info("The outcome of a commit was unknown; its session {} has ended", commit.session());
            }
        }
    }

    boolean hasWork() {
        return !ended.isEmpty() || !asked.isEmpty() || !inquiries.isEmpty();
    }

    private static <T> List<T> drain(Queue<T> queue) {
        List<T> drained = new ArrayList<>();
        for (T next = queue.poll(); next != null; next = queue.poll()) {
            drained.add(next);
        }
        return drained;
    }

    @Override
    public void close() {
        connection.close();
        drain(asked).forEach(asker -> asker.cancel(false));
        drain(inquiries).forEach(inquiry -> inquiry.answer().cancel(false));
    }

    /** Judges a server's answer. */
    @FunctionalInterface
    interface Acceptance {
        boolean accept(ServerStatus status, boolean newConnection);
    }
}
