package io.lagwise.redis;

import io.lagwise.spi.ResultCodec;
import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.StoredResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps results where all instances find them, by the digest of all that they depend on beside their tables.
 *
 * <p>Invariant: what is returned was put by an instance that knew the same secret, for the same text, parameters, database,
 * user and settings, and is whole. Whether it is still true is told by the records, not here; so a copy of Redis that lags
 * may answer, and entries may vanish at any time.
 *
 * <p>Thread-safe. To get waits no longer than the budget, to put never.
 */
final class RedisResultStore implements ResultStore {
    private static final Logger log = LoggerFactory.getLogger(RedisResultStore.class);
    private static final String PREFIX = "lw:r:";

    /** What may be on its way to a slow Redis, in bytes; more is not kept. */
    private static final long MOST_UNDER_WAY = 4L * Envelope.LONGEST;

    /** The catalog of another instance says nothing here. */
    private static final long NO_CATALOG = -1;

    private final RedissonClient client;
    private final Envelope envelope;
    private final Duration budget;
    private final Health health;
    private final AtomicLong unreadable = new AtomicLong();
    private final AtomicLong underWay = new AtomicLong();
    private volatile @Nullable ResultCodec codec;

    RedisResultStore(RedissonClient client, Envelope envelope, Duration budget, Health health) {
        this.client = client;
        this.envelope = envelope;
        this.budget = budget;
        this.health = health;
    }

    @Override
    public void attach(ResultCodec with) {
        codec = with;
    }

    @Override
    public @Nullable StoredResult get(ResultKey key) {
        ResultCodec known = codec;
        byte[] identity = known == null ? null : identity(key, known);
        if (known == null || identity == null) {
            return null;
        }
        String name = envelope.name(identity);
        byte[] wrapped = await(name);
        if (wrapped == null) {
            return null;
        }
        byte[] content = envelope.open(name, wrapped);
        Kept kept = content == null ? null : Kept.of(content);
        StoredResult.Rows rows = kept == null ? null : known.decode(kept.rows());
        if (kept == null || rows == null) {
            unreadable.incrementAndGet();
            return null;
        }
        Duration left = Duration.between(Instant.now(), kept.until());
        boolean over = left.isNegative() || left.isZero();
        boolean strict = kept.versions() != null;
        return over || strict == key.isTolerant() ? null : new StoredResult(rows, kept.versions(), NO_CATALOG, left);
    }

    /** Returns all that a result depends on beside its tables; null if that cannot be told elsewhere, or is not known. */
    private byte @Nullable [] identity(ResultKey key, ResultCodec known) {
        byte[] context = health.isReachable() ? known.context() : null;
        byte[] spelling = context == null ? null : key.spelling();
        return context == null || spelling == null
                ? null
                : ByteBuffer.allocate(Integer.BYTES + context.length + spelling.length)
                        .putInt(context.length)
                        .put(context)
                        .put(spelling)
                        .array();
    }

    private RBucket<byte[]> bucket(String name) {
        return client.getBucket(PREFIX + name, ByteArrayCodec.INSTANCE);
    }

    private byte @Nullable [] await(String name) {
        try {
            return bucket(name).getAsync().toCompletableFuture().get(budget.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            health.late(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | RuntimeException e) {
            // Of the client too, which the application may have shut down.
            health.late(e);
        }
        return null;
    }

    @Override
    public void put(ResultKey key, StoredResult result) {
        ResultCodec known = codec;
        byte[] identity = known == null ? null : identity(key, known);
        byte[] rows = known == null || identity == null ? null : known.encode(result.rows());
        boolean ours = result.versions() == null || result.versions() instanceof RecordVersions;
        if (identity == null || rows == null || !ours) {
            return;
        }
        Kept kept = new Kept((RecordVersions) result.versions(), Instant.now().plus(result.ttl()), rows);
        String name = envelope.name(identity);
        byte[] wrapped = envelope.close(name, kept.toBytes());
        if (wrapped != null) {
            send(name, wrapped, result.ttl());
        }
    }

    private void send(String name, byte[] wrapped, Duration ttl) {
        if (underWay.addAndGet(wrapped.length) > MOST_UNDER_WAY) {
            underWay.addAndGet(-wrapped.length);
            return;
        }
        try {
            bucket(name).setAsync(wrapped, ttl).whenComplete((done, failure) -> sent(wrapped, failure));
        } catch (RuntimeException e) {
            sent(wrapped, e);
        }
    }

    private void sent(byte[] wrapped, @Nullable Throwable failure) {
        underWay.addAndGet(-wrapped.length);
        if (failure != null) {
            log.debug("A result was not kept", failure);
        }
    }

    /** Forgets all results that any instance keeps in this Redis; waits until they are gone. */
    @Override
    public void clear() {
        client.getKeys().unlinkByPattern(PREFIX + "*");
    }

    @Override
    public long entries() {
        return 0;
    }

    @Override
    public long weight() {
        return 0;
    }

    @Override
    public long unreadable() {
        return unreadable.get();
    }
}
