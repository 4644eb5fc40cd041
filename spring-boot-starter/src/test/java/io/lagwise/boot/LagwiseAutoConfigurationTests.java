package io.lagwise.boot;

import static io.lagwise.boot.Contexts.NOWHERE;
import static io.lagwise.boot.Contexts.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.spi.LagMonitor;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

class LagwiseAutoConfigurationTests {
    private final ApplicationContextRunner runner = Contexts.withWriter();

    @Test
    void theDataSourceIsRoutedOnceAReaderIsNamed() {
        runner.withPropertyValues(READER).run(context -> {
            assertThat(context).hasSingleBean(DataSource.class).hasSingleBean(LagMonitor.class);
            assertThat(Contexts.routed(context).unwrap(HikariDataSource.class).getUsername())
                    .isEqualTo("ann");
            assertThat(context.getBean(LagMonitor.class).latest().readers())
                    .extracting(ReaderLag::name)
                    .containsExactly("reader-1");
        });
    }

    @Test
    void nothingHappensWithoutReaders() {
        runner.run(context -> {
            assertThat(context.getBean(DataSource.class)).isInstanceOf(HikariDataSource.class);
            assertThat(context).doesNotHaveBean(RoutingPostProcessor.class).doesNotHaveBean(LagMonitor.class);
        });
    }

    @Test
    void nothingHappensWhereItIsSwitchedOff() {
        runner.withPropertyValues(READER, "lagwise.enabled=false").run(context -> {
            assertThat(context.getBean(DataSource.class)).isInstanceOf(HikariDataSource.class);
            assertThat(context).doesNotHaveBean(RoutingPostProcessor.class);
        });
    }

    @Test
    void nothingHappensWithoutADataSource() {
        Contexts.empty()
                .withPropertyValues(READER)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(RoutingPostProcessor.class));
    }

    @Test
    void theApplicationsOwnMonitorStays() {
        LagMonitor own = new Deaf();
        runner.withPropertyValues(READER)
                .withBean(LagMonitor.class, () -> own)
                .run(context -> assertThat(context.getBean(LagMonitor.class)).isSameAs(own));
    }

    @Test
    void theNamedDataSourceIsRoutedAndTheOtherStays() {
        Contexts.empty()
                .withUserConfiguration(TwoWriters.class)
                .withPropertyValues(READER, "lagwise.data-source=orders")
                .run(context -> {
                    assertThat(context.getBean("orders")).isInstanceOf(RoutingDataSource.class);
                    assertThat(context.getBean("archive")).isInstanceOf(HikariDataSource.class);
                });
    }

    @Test
    void aReaderCanBeABean() {
        runner.withUserConfiguration(OwnReader.class)
                .withPropertyValues("lagwise.readers.reader-1.data-source=replica")
                .run(context -> {
                    RoutingDataSource routed = (RoutingDataSource) context.getBean("dataSource");
                    assertThat(routed.getResolvedDataSources().get("reader-1")).isSameAs(context.getBean("replica"));
                    assertThat(Contexts.readerPools(context)).isEmpty();
                });
    }

    @Test
    void otherPostProcessorsWrapTheRoutedDataSource() {
        runner.withPropertyValues(READER, "spring.datasource.connection-fetch=lazy")
                .run(context -> {
                    DataSource outer = context.getBean(DataSource.class);
                    assertThat(outer).isInstanceOf(LazyConnectionDataSourceProxy.class);
                    assertThat(outer.isWrapperFor(RoutingDataSource.class)).isTrue();
                });
    }

    @Test
    void everythingOpenedIsClosedWithTheContext() {
        List<HikariDataSource> pools = new CopyOnWriteArrayList<>();
        runner.withPropertyValues(READER).run(context -> {
            pools.add(Contexts.routed(context).unwrap(HikariDataSource.class));
            pools.addAll(Contexts.readerPools(context));
        });
        assertThat(pools).hasSize(2).allMatch(HikariDataSource::isClosed);
        awaitNoWatchingThreads();
    }

    @Test
    void everythingOpenedIsClosedWhereTheStartFailsLater() {
        Recorder opened = new Recorder();
        runner.withPropertyValues(READER)
                .withInitializer(context -> context.getBeanFactory().addBeanPostProcessor(opened))
                .withUserConfiguration(TooBad.class)
                .run(context -> assertThat(context).hasFailed());
        assertThat(opened.pools).hasSize(1).allMatch(HikariDataSource::isClosed);
        awaitNoWatchingThreads();
    }

    /** A pool's own threads end a moment after it was closed. */
    private static void awaitNoWatchingThreads() {
        await().atMost(Contexts.PATIENCE)
                .untilAsserted(() -> assertThat(watchingThreads()).isEmpty());
    }

    private static List<String> watchingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("lagwise-"))
                .toList();
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoWriters {
        @Bean
        HikariDataSource orders() {
            return pool();
        }

        @Bean
        HikariDataSource archive() {
            return pool();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnReader {
        @Bean(defaultCandidate = false)
        HikariDataSource replica() {
            return pool();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TooBad {
        @Bean
        Object late(DataSource dataSource) {
            throw new IllegalStateException("too bad");
        }
    }

    static HikariDataSource pool() {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(NOWHERE);
        return pool;
    }

    private static final class Recorder implements BeanPostProcessor {
        private final List<HikariDataSource> pools = new CopyOnWriteArrayList<>();

        @Override
        public Object postProcessBeforeInitialization(Object bean, String name) {
            if (bean instanceof HikariDataSource pool) {
                pools.add(pool);
            }
            return bean;
        }
    }

    private static final class Deaf implements LagMonitor {
        @Override
        public LagSnapshot latest() {
            return new LagSnapshot(null, null, List.of());
        }

        @Override
        public void expect(Position position) {}

        @Override
        public void suspect(int reader) {}
    }
}
