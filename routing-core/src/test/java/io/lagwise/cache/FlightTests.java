package io.lagwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.CacheReason;
import io.lagwise.ledger.LocalLedger;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultKey.Freshness;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.TableLedger.EpochOverException;
import io.lagwise.spi.TableSet;
import java.sql.ResultSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlightTests {
    private static final Epoch EPOCH = new Epoch(1, 1, new ServerId("writer"));

    private record Rows() implements CachedRows {
        @Override
        public long weight() {
            return 1;
        }

        @Override
        public ResultSet open(int type) {
            throw new UnsupportedOperationException("only looked at");
        }
    }

    private final LocalLedger ledger = new LocalLedger();
    private final TableSet reads = ledger.reads(Set.of("t"));
    private final TableSet writes = ledger.writes(Set.of("t"));
    private final AtomicReference<Epoch> epoch = new AtomicReference<>(EPOCH);
    private final CacheInterceptor cache = new CacheInterceptor(
            CacheSettings.DEFAULT,
            new MapStore(),
            null,
            (live, size) -> RowCapture.Captured.refused(CacheReason.TYPE_NOT_EXACT),
            epoch::get);

    @BeforeEach
    void reachTheWriter() {
        ledger.advance(EPOCH, Position.of("log", 1));
    }

    private static ResultKey key(String sql) {
        return new ResultKey(sql, new Object[0], List.of(), Freshness.STRICT);
    }

    private CacheInterceptor.Fill fill(String sql) {
        CacheInterceptor.@Nullable Fill fill = cache.fill(key(sql), reads, 1, null);
        assertThat(fill).isNotNull();
        return fill;
    }

    private CompletableFuture<@Nullable CachedRows> joining(CacheInterceptor.Fill fill) {
        return CompletableFuture.supplyAsync(fill::join);
    }

    private void write() throws EpochOverException {
        ledger.complete(ledger.begin(List.of(writes), EPOCH, "1:1"), Position.of("log", 2));
    }

    @Test
    void whoAsksTheSameBeforeTheSameWritesGetsTheSameRows() throws Exception {
        CacheInterceptor.Fill leader = fill("a");
        assertThat(leader.join()).isNull();
        CompletableFuture<@Nullable CachedRows> follower = joining(fill("a"));
        CachedRows rows = new Rows();
        await().during(java.time.Duration.ofMillis(50)).until(() -> !follower.isDone());
        leader.keep(rows);
        assertThat(follower.get()).isSameAs(rows);
    }

    @Test
    void whoAsksAfterAWriteDoesNotShareWhatWasAskedBefore() throws Exception {
        CacheInterceptor.Fill before = fill("a");
        assertThat(before.join()).isNull();
        write();
        CompletableFuture<@Nullable CachedRows> after = joining(fill("a"));
        assertThat(after.get()).as("it executes by itself, at once").isNull();
        before.keep(new Rows());
        assertThat(cache.find(key("a"), reads, 1)).as("outdated when it came").isNull();
    }

    @Test
    void whoAsksSomethingElseSharesNothing() throws Exception {
        assertThat(fill("a").join()).isNull();
        assertThat(joining(fill("b")).get()).isNull();
    }

    @Test
    void whoeverWaitsGoesOnWhenTheFirstHasFailed() throws Exception {
        CacheInterceptor.Fill leader = fill("a");
        leader.join();
        CompletableFuture<@Nullable CachedRows> follower = joining(fill("a"));
        leader.end();
        assertThat(follower.get()).isNull();
        assertThat(fill("a").join()).as("the next one leads").isNull();
    }

    @Test
    void nothingIsKeptOnceTheWriterHasChanged() {
        CacheInterceptor.Fill fill = fill("a");
        Epoch next = new Epoch(2, 1, new ServerId("other"));
        ledger.advance(next, Position.of("log", 1));
        epoch.set(next);
        fill.keep(new Rows());
        assertThat(cache.find(key("a"), reads, 1)).isNull();
        assertThat(cache.status().entries()).isZero();
    }

    @Test
    void nothingIsFilledWhileTheEpochsOfLedgerAndMonitorDiffer() {
        epoch.set(new Epoch(2, 1, new ServerId("other")));
        assertThat(cache.fill(key("a"), reads, 1, null)).isNull();
    }

    @Test
    void anotherCatalogMakesResultsInvalid() {
        CacheInterceptor.Fill fill = fill("a");
        fill.keep(new Rows());
        assertThat(cache.find(key("a"), reads, 1)).isNotNull();
        assertThat(cache.find(key("a"), reads, 2)).isNull();
    }
}
