package io.lagwise.boot;

import static io.lagwise.boot.Contexts.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteDecision.Target;
import io.lagwise.RouteReason;
import io.lagwise.boot.bookshop.Author;
import io.lagwise.boot.bookshop.Authors;
import io.lagwise.boot.bookshop.Books;
import io.lagwise.boot.bookshop.Decisions;
import io.lagwise.boot.bookshop.Editor;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.testkit.PostgresCluster;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.web.client.RestClient;

@BookshopTest
class JpaIT {
    @Autowired
    private PostgresCluster cluster;

    @Autowired
    private DataSource dataSource;

    @Autowired
    private Authors authors;

    @Autowired
    private Books books;

    @Autowired
    private Editor editor;

    @Autowired
    private Decisions decisions;

    @LocalServerPort
    private int port;

    @BeforeEach
    void empty() {
        books.deleteAll();
        authors.deleteAll();
        decisions.forget();
    }

    private void awaitReaders() throws SQLException {
        RoutingDataSource routing = dataSource.unwrap(RoutingDataSource.class);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        routing.explain("select * from author, book").decision().reason())
                .isEqualTo(RouteReason.READER_FRESH));
        decisions.forget();
    }

    @Test
    void aReadWriteTransactionRunsOnTheWriterAndKeysComeFromThere() {
        Author author = editor.publish("Lem", "Solaris", "Fiasco");
        assertThat(author.id()).isPositive();
        assertThat(books.findAll()).hasSize(2).allMatch(book -> book.id() > 0);
        decisions.forget();
        editor.publish("Dick", "Ubik");
        assertThat(decisions.targets()).containsExactly(Target.WRITER);
        assertThat(decisions.reasons()).contains(RouteReason.READ_WRITE_TRANSACTION);
    }

    @Test
    void aReadOnlyTransactionRunsOnOneReaderWithAllThatItLoadsLazily() throws SQLException {
        editor.publish("Lem", "Solaris", "Fiasco");
        awaitReaders();
        assertThat(editor.titlesOf("Lem")).containsExactly("Fiasco", "Solaris");
        assertThat(decisions.targets()).containsExactly(Target.READER);
        assertThat(decisions.nodes()).hasSize(1);
        assertThat(decisions.reasons()).contains(RouteReason.TRANSACTION_READER);
    }

    @Test
    void aReadOnlyTransactionSeesWhatWasCommittedBeforeItWhereverReadersAre() throws SQLException {
        awaitReaders();
        try (ReplayPaused paused = ReplayPaused.on(cluster)) {
            editor.publish("Lem", "Solaris");
            decisions.forget();
            assertThat(editor.titlesOf("Lem")).containsExactly("Solaris");
            assertThat(decisions.targets()).containsExactly(Target.WRITER);
        }
    }

    @Test
    void openInViewLoadsLazilyFromReaders() throws SQLException {
        Author author = editor.publish("Lem", "Solaris", "Fiasco");
        awaitReaders();
        assertThat(titlesOverHttp(author)).isEqualTo("[\"Fiasco\",\"Solaris\"]");
        assertThat(decisions.targets()).containsExactly(Target.READER);
    }

    @Test
    void openInViewIsNeverStale() {
        try (ReplayPaused paused = ReplayPaused.on(cluster)) {
            Author author = editor.publish("Lem", "Solaris");
            assertThat(titlesOverHttp(author)).isEqualTo("[\"Solaris\"]");
        }
    }

    private String titlesOverHttp(Author author) {
        return RestClient.create("http://localhost:" + port)
                .get()
                .uri("/authors/{id}/titles", author.id())
                .retrieve()
                .body(String.class);
    }

    @Test
    void anOutdatedVersionIsRefusedHoweverItWasLoaded() throws SQLException {
        long id = editor.publish("Lem").id();
        awaitReaders();
        Author outdated = authors.findById(id).orElseThrow();
        assertThat(decisions.targets()).containsExactly(Target.READER);
        editor.rename(id, "Stanislaw Lem");
        outdated.rename("S. Lem");
        assertThatThrownBy(() -> authors.save(outdated)).isInstanceOf(OptimisticLockingFailureException.class);
        assertThat(authors.findById(id).orElseThrow().name()).isEqualTo("Stanislaw Lem");
    }

    @Test
    void everyRenamingIsSeenByTheNextLookup() {
        long id = editor.publish("Lem").id();
        for (int i = 0; i < 100; i++) {
            editor.rename(id, "Lem " + i);
            assertThat(authors.findByName("Lem " + i)).isPresent();
        }
    }

    @Test
    void annotationsOnRepositoriesDecide() throws SQLException {
        awaitReaders();
        try (ReplayPaused paused = ReplayPaused.on(cluster)) {
            editor.publish("Lem");
            decisions.forget();
            assertThat(authors.countByName("Lem"))
                    .as("what the paused reader has")
                    .isZero();
            assertThat(decisions.reasons()).containsExactly(RouteReason.LAG_IGNORED);
        }
        awaitReaders();
        assertThat(authors.existsByName("Lem")).isTrue();
        assertThat(decisions.reasons()).containsExactly(RouteReason.HINT_WRITER);
    }
}
