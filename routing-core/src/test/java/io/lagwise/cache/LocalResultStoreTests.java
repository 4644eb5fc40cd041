package io.lagwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultKey.Freshness;
import io.lagwise.spi.StoredResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalResultStoreTests {
    private static final long SIZE = 4L << 20;

    private final LocalResultStore store = new LocalResultStore(SIZE);

    private static ResultKey key(int number) {
        return new ResultKey("select n from t where id = ?", new Object[] {number}, List.of(), Freshness.STRICT);
    }

    private static StoredResult result(Duration ttl) {
        return new StoredResult(() -> 500, null, 1, ttl);
    }

    @Test
    void aMillionKeysStayWithinTheWeight() {
        for (int i = 0; i < 1_000_000; i++) {
            store.put(key(i), result(Duration.ofMinutes(1)));
        }
        await().untilAsserted(() -> assertThat(store.weight()).isBetween(SIZE / 2, SIZE));
        assertThat(store.entries()).isLessThan(SIZE / 500);
    }

    @Test
    void aResultIsForgottenWhenItsTimeIsOver() {
        store.put(key(1), result(Duration.ofMillis(30)));
        store.put(key(2), result(Duration.ofMinutes(1)));
        await().until(() -> store.get(key(1)) == null);
        assertThat(store.get(key(2))).isNotNull();
    }

    @Test
    void whatHasNoRoomIsNotKeptForAMoment() {
        LocalResultStore none = new LocalResultStore(0);
        none.put(key(1), result(Duration.ofMinutes(1)));
        assertThat(none.get(key(1))).isNull();
    }

    @Test
    void whatHasNoRoomTakesThePlaceOfWhatHad() {
        store.put(key(1), result(Duration.ofMinutes(1)));
        store.put(key(1), new StoredResult(() -> SIZE, null, 1, Duration.ofMinutes(1)));
        assertThat(store.get(key(1))).isNull();
    }

    @Test
    void clearingForgetsEverything() {
        store.put(key(1), result(Duration.ofMinutes(1)));
        store.clear();
        assertThat(store.get(key(1))).isNull();
    }
}
