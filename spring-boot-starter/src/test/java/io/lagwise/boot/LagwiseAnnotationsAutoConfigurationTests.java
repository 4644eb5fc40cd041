package io.lagwise.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.LagIgnore;
import io.lagwise.RoutingHints;
import io.lagwise.RoutingHints.Route;
import io.lagwise.UseWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

class LagwiseAnnotationsAutoConfigurationTests {
    private final ApplicationContextRunner runner = Contexts.withWriter()
            .withConfiguration(AutoConfigurations.of(LagwiseAnnotationsAutoConfiguration.class))
            .withPropertyValues(Contexts.READER);

    @Test
    void anAnnotatedMethodRunsUnderItsHint() {
        runner.withUserConfiguration(Beans.class).run(context -> {
            assertThat(context.getBean(Service.class).report()).isEqualTo(Route.LAG_IGNORE);
            assertThat(context.getBean(Service.class).balance()).isEqualTo(Route.WRITER);
            assertThat(RoutingHints.current()).isSameAs(RoutingHints.NONE);
        });
    }

    @Test
    void aMethodWithoutAnnotationKeepsTheHintOfItsCaller() {
        runner.withUserConfiguration(Beans.class).run(context -> {
            Service service = context.getBean(Service.class);
            assertThat(RoutingHints.writer().call(service::find)).isEqualTo(Route.WRITER);
            assertThat(RoutingHints.writer().call(service::report)).isEqualTo(Route.LAG_IGNORE);
        });
    }

    @Test
    void theHintIsInForceWhileTheTransactionBeginsAndCommits() {
        runner.withUserConfiguration(Beans.class, Transactions.class).run(context -> {
            context.getBean(Service.class).reportInTransaction();
            assertThat(context.getBean(HintsOfTransactions.class).routes)
                    .containsExactly(Route.LAG_IGNORE, Route.LAG_IGNORE);
        });
    }

    @Test
    void beansWithoutAnnotationsAreNotProxied() {
        runner.withUserConfiguration(Beans.class)
                .run(context -> assertThat(AopUtils.isAopProxy(context.getBean("other")))
                        .isFalse());
    }

    @Test
    void nothingIsProxiedWithoutReaders() {
        runner.withUserConfiguration(Beans.class)
                .withPropertyValues("lagwise.enabled=false")
                .run(context -> assertThat(AopUtils.isAopProxy(context.getBean(Service.class)))
                        .isFalse());
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {
        @Bean
        Service service() {
            return new Service();
        }

        @Bean
        List<String> other() {
            return new ArrayList<>();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class Transactions {
        @Bean
        PlatformTransactionManager transactionManager() {
            return new HintsOfTransactions();
        }
    }

    static class Service {
        @LagIgnore
        public Route report() {
            return RoutingHints.current().route();
        }

        @LagIgnore
        @Transactional(readOnly = true)
        public void reportInTransaction() {}

        @UseWriter
        public Route balance() {
            return RoutingHints.current().route();
        }

        public Route find() {
            return RoutingHints.current().route();
        }
    }

    static final class HintsOfTransactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;
        private final transient List<Route> routes = new ArrayList<>();

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            routes.add(RoutingHints.current().route());
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            routes.add(RoutingHints.current().route());
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            throw new AssertionError("rolled back");
        }
    }
}
