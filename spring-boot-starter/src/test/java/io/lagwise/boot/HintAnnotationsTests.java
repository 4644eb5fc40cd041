package io.lagwise.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lagwise.CachedSql;
import io.lagwise.LagIgnore;
import io.lagwise.RoutingHints;
import io.lagwise.RoutingHints.Keep;
import io.lagwise.RoutingHints.Route;
import io.lagwise.UncachedSql;
import io.lagwise.UseWriter;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.data.repository.CrudRepository;
import org.springframework.util.ReflectionUtils;

class HintAnnotationsTests {
    private final HintAnnotations annotations = new HintAnnotations();

    private Route route(Class<?> declaring, String method, Class<?> type) {
        return annotations
                .of(ReflectionUtils.findMethod(declaring, method), type)
                .route();
    }

    private Route route(Class<?> type, String method) {
        return route(type, method, type);
    }

    @Test
    void aMethodWithoutAnyAnnotationHasNoHint() {
        assertThat(annotations.of(ReflectionUtils.findMethod(Plain.class, "find"), Plain.class))
                .isSameAs(RoutingHints.NONE);
    }

    @Test
    void theMethodDecidesBeforeItsClass() {
        assertThat(route(Reports.class, "sales")).isEqualTo(Route.LAG_IGNORE);
        assertThat(route(Reports.class, "stock")).isEqualTo(Route.WRITER);
    }

    @Test
    void annotationsOfInterfacesHold() {
        assertThat(route(ByInterface.class, "one")).isEqualTo(Route.LAG_IGNORE);
        assertThat(route(Contract.class, "one", ByInterface.class)).isEqualTo(Route.LAG_IGNORE);
        assertThat(route(Contract.class, "two", ByInterface.class)).isEqualTo(Route.WRITER);
    }

    @Test
    void theImplementationDecidesBeforeTheInterface() {
        assertThat(route(Contract.class, "three", ByInterface.class)).isEqualTo(Route.WRITER);
    }

    @Test
    void annotationsOfAnnotationsHold() {
        assertThat(route(Figures.class, "monthly")).isEqualTo(Route.LAG_IGNORE);
    }

    @Test
    void whereAnElementCarriesBothItIsTheWriter() {
        assertThat(route(Both.class, "find")).isEqualTo(Route.WRITER);
    }

    @Test
    void aRepositorysAnnotationHoldsForInheritedMethods() {
        Class<?> proxy = Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Archive.class}, (self, method, arguments) -> null)
                .getClass();
        assertThat(route(CrudRepository.class, "findAll", proxy)).isEqualTo(Route.LAG_IGNORE);
        assertThat(route(Archive.class, "latest", proxy)).isEqualTo(Route.WRITER);
    }

    @Test
    void whereToReadAndWhetherToKeepAreDecidedApart() {
        RoutingHints kept = hints(Kept.class, "daily");
        assertThat(kept.route()).isEqualTo(Route.LAG_IGNORE);
        assertThat(kept.keep()).isEqualTo(Keep.CACHED);
        assertThat(kept.ttl()).isEqualTo(Duration.ofSeconds(30));
        RoutingHints notKept = hints(Kept.class, "exact");
        assertThat(notKept.route()).isEqualTo(Route.LAG_IGNORE);
        assertThat(notKept.keep()).isEqualTo(Keep.UNCACHED);
        RoutingHints byClass = hints(Kept.class, "plain");
        assertThat(byClass.keep()).isEqualTo(Keep.CACHED);
        assertThat(byClass.ttl()).isNull();
        assertThat(byClass.tables()).isEmpty();
        assertThat(hints(Kept.class, "daily").tables()).containsExactlyInAnyOrder("orders", "shop.items");
    }

    @Test
    void aTimeThatIsNoneIsRefusedWithARemedy() {
        assertThatThrownBy(() -> hints(Kept.class, "wrong"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ttl = \"soon\"")
                .hasMessageContaining("30s");
    }

    private RoutingHints hints(Class<?> type, String method) {
        return annotations.of(ReflectionUtils.findMethod(type, method), type);
    }

    @CachedSql
    @LagIgnore
    static class Kept {
        @CachedSql(
                ttl = "30s",
                tables = {"orders", "shop.items"})
        void daily() {}

        @UncachedSql
        void exact() {}

        void plain() {}

        @CachedSql(ttl = "soon")
        void wrong() {}
    }

    @Test
    void methodsOfObjectAreLeftAlone() {
        assertThat(route(Object.class, "hashCode", Reports.class)).isEqualTo(Route.AUTO);
    }

    static class Plain {
        void find() {}
    }

    @LagIgnore
    static class Reports {
        void sales() {}

        @UseWriter
        void stock() {}
    }

    @UseWriter
    interface Contract {
        @LagIgnore
        void one();

        void two();

        @LagIgnore
        void three();
    }

    static class ByInterface implements Contract {
        @Override
        public void one() {}

        @Override
        public void two() {}

        @Override
        @UseWriter
        public void three() {}
    }

    @LagIgnore
    @Retention(RetentionPolicy.RUNTIME)
    @interface Report {}

    static class Figures {
        @Report
        void monthly() {}
    }

    static class Both {
        @LagIgnore
        @UseWriter
        void find() {}
    }

    @LagIgnore
    interface Archive extends CrudRepository<String, Long> {
        @UseWriter
        List<String> latest();
    }
}
