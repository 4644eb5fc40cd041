package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTests {
    private final SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.MARIADB);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "INSERT INTO audit VALUES (NEW.id)                                   | audit",
                "SET NEW.total = NEW.qty * 2                                         | -",
                "BEGIN INSERT INTO a VALUES (1); UPDATE b SET x = 'END; DELETE'; END  | a b",
                "BEGIN IF NEW.x > 1 THEN DELETE FROM a; ELSEIF f IS NULL THEN DELETE FROM b; ELSE DELETE FROM c; END IF; END | a b c",
                "IF CASE WHEN NEW.x THEN 1 ELSE 0 END THEN REPLACE INTO a VALUES (1); END IF | a",
                "BEGIN CASE NEW.x WHEN 1 THEN DELETE FROM a; ELSE DELETE FROM b; END CASE; DELETE FROM c; END | a b c",
                "BEGIN CASE WHEN NEW.x THEN DELETE FROM a; END CASE; END              | a",
                "BEGIN DECLARE n, m INT DEFAULT (SELECT count(*) FROM r); SELECT max(id), 2 INTO n, m FROM s; UPDATE a SET v = n; END | a",
                "BEGIN DECLARE done BOOL; DECLARE c CURSOR FOR SELECT id FROM r; DECLARE CONTINUE HANDLER FOR NOT FOUND, 1062, SQLSTATE VALUE '23000' SET done = 1; OPEN c; l: LOOP FETCH c INTO x; IF done THEN LEAVE l; END IF; INSERT INTO a VALUES (x); END LOOP l; CLOSE c; END | a",
                "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN INSERT INTO e VALUES (1); END; DELETE FROM a; END | a e",
                "outer_block: BEGIN WHILE i < 3 DO SET i = i + 1; DELETE FROM a; END WHILE; REPEAT DELETE FROM b; UNTIL i > 3 END REPEAT; END | a b",
                "BEGIN NOT ATOMIC DELETE FROM a; END                                  | a",
                "BEGIN IF NEW.x < 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF; END | -",
                "BEGIN DECLARE handler INT; DELETE FROM a; END                        | a",
                "/* c */ begin /* d; */ insert into a select * from b; end              | a",
            })
    void everyTableThatABodyWritesIsFound(String body, String written) {
        Set<String> expected = written.equals("-") ? Set.of() : Set.of(written.split(" "));
        List<StatementProfile> parts = analyzer.analyzeBody(body);

        assertThat(parts.stream().flatMap(part -> part.writes().stream()).map(TableName::toString))
                .containsOnlyOnceElementsOf(expected)
                .hasSize(expected.size());
        assertThat(parts.stream().map(StatementProfile::reason).collect(Collectors.toSet()))
                .isSubsetOf(EnumSet.of(RouteReason.WRITES, RouteReason.READ_ONLY, RouteReason.CHANGES_SESSION));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN FOR r IN (SELECT * FROM t) DO DELETE FROM a; END FOR; END",
                "BEGIN CALL p(); END",
                "BEGIN DELETE FROM a; GOTO x; END",
                "BEGIN PREPARE s FROM 'DELETE FROM a'; END",
                "BEGIN DELETE FROM a WHERE x = 'it\\'s'; END",
                "BEGIN DELETE FROM a WHERE x = 'it; END",
                "l:BEGIN DELETE FROM a; END l",
                "/*!50000 BEGIN DELETE */ FROM a; END",
                "BEGIN OPEN c (note('x')); END"
            })
    void whatIsNotUnderstoodIsNotTakenForHarmless(String body) {
        assertThat(analyzer.analyzeBody(body)).anySatisfy(part -> assertThat(part.reason())
                .isNotIn(
                        RouteReason.WRITES,
                        RouteReason.READ_ONLY,
                        RouteReason.READS_SESSION,
                        RouteReason.UNKNOWN_ROUTINE));
    }

    @Test
    void routinesInConditionsAndDefaultsAreSeen() {
        String body = "BEGIN DECLARE n INT DEFAULT f1(1); IF f2(n) THEN SET NEW.x = f3(2); END IF;"
                + " WHILE f4() DO SET n = 1; END WHILE; CASE f5() WHEN f6() THEN SET n = 2; END CASE; END";

        assertThat(analyzer.analyzeBody(body).stream().flatMap(part -> part.routines().stream()))
                .map(TableName::toString)
                .containsExactlyInAnyOrder("f1", "f2", "f3", "f4", "f5", "f6");
    }
}
