package io.lagwise.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.sql.Dialect;
import io.lagwise.sql.ParsedTables;
import io.lagwise.sql.SqlAnalyzer;
import io.lagwise.sql.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefinerTests {
    private final SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.POSTGRESQL);

    private boolean agrees(String sql) {
        List<String> agreed = new ArrayList<>();
        try (Refiner refiner = new Refiner(Runnable::run)) {
            refiner.confirm(sql, analyzer.analyze(sql), () -> agreed.add(sql));
        }
        return !agreed.isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select category from item",
                "select a.n from shop.orders a join \"Shop\".items b on b.id = a.id where a.orders = 1",
                "with w as (select * from a) select * from w, b where exists (select 1 from c)",
                "select (select max(n) from b) from a order by (select n from c)"
            })
    void itAgreesWhereItFindsTheSameTables(String sql) {
        assertThat(agrees(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select from from from",
                "vacuum",
                "select 1; drop table a",
                "select * from a; select * from b",
                ""
            })
    void itDoesNotAgreeWithWhatItDoesNotUnderstand(String sql) {
        assertThat(agrees(sql)).isFalse();
    }

    @Test
    void itDoesNotAgreeWhereItOverlooksATable() {
        String sql = "select n from a";
        List<String> agreed = new ArrayList<>();
        var profileOfMore = analyzer.analyze("select n from a, b");
        try (Refiner refiner = new Refiner(Runnable::run)) {
            refiner.confirm(sql, profileOfMore, () -> agreed.add(sql));
        }
        assertThat(agreed).isEmpty();
    }

    @Test
    void aTextThatIsLongOrDeepIsNotParsed() {
        assertThat(ParsedTables.of("select n from a where n in (" + "1,".repeat(10_000) + "1)"))
                .isNull();
        assertThat(ParsedTables.of("select n from a where " + "(".repeat(40) + "1=1" + ")".repeat(40)))
                .isNull();
        assertThat(ParsedTables.of("select n from a where ((n = 1))")).containsExactly(TableName.of("a"));
    }

    @Test
    void itWorksOnAThreadOfItsOwn() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<Thread> thread = new AtomicReference<>();
        try (Refiner refiner = new Refiner()) {
            String sql = "select category from item";
            refiner.confirm(sql, analyzer.analyze(sql), () -> {
                thread.set(Thread.currentThread());
                done.countDown();
            });
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(thread.get().getName()).isEqualTo("lagwise-parser");
        assertThat(thread.get().isDaemon()).isTrue();
    }
}
