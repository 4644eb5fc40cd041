package io.lagwise.sql;

import io.lagwise.RouteReason;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges the routines that a statement calls, and the words, literals and variables that act like calls. */
final class Calls {
    private static final Vocabulary DRIVER_FUNCTIONS = Vocabulary.load("jdbc.txt");

    /** Functions of SQL Server whose first argument is a table. */
    private static final Set<String> TAKE_A_TABLE = Set.of(
            "changetable",
            "containstable",
            "freetexttable",
            "semantickeyphrasetable",
            "semanticsimilaritydetailstable",
            "semanticsimilaritytable");

    /** System variables that are settings; the others may be state of the session or of one server. */
    private static final Set<String> SETTINGS = Set.of(
            "autocommit",
            "character_set_client",
            "character_set_connection",
            "character_set_database",
            "character_set_results",
            "character_set_server",
            "collation_connection",
            "collation_database",
            "collation_server",
            "datefirst",
            "dateformat",
            "interactive_timeout",
            "language",
            "lower_case_table_names",
            "max_allowed_packet",
            "max_precision",
            "net_write_timeout",
            "sql_mode",
            "system_time_zone",
            "textsize",
            "time_zone",
            "transaction_isolation",
            "tx_isolation",
            "version",
            "version_comment",
            "wait_timeout");

    private final DialectRules rules;
    private final Tokens tokens;
    private final Findings findings;

    Calls(DialectRules rules, Tokens tokens, Findings findings) {
        this.rules = rules;
        this.tokens = tokens;
        this.findings = findings;
    }

    /** Notes a call of the routine whose name ends with the given token. */
    void called(TableName name, int last) {
        findings.call(kind(name, last), name);
    }

    /** Notes a call, unless the name before the parenthesis is a reserved word. */
    void calledUnlessWord(int name) {
        if (!tokens.reserved(name)) {
            called(TableName.of(tokens.name(name)), name);
        }
    }

    boolean takesTable(TableName routine) {
        return rules.dialect() == Dialect.SQLSERVER && TAKE_A_TABLE.contains(routine.name());
    }

    private @Nullable RoutineKind kind(TableName name, int last) {
        RoutineKind driver = name.parts().size() == 1 ? driverFunction(last) : null;
        return driver != null ? driver : builtIn(name, last);
    }

    private @Nullable RoutineKind driverFunction(int name) {
        boolean escaped = tokens.is(name - 1, Word.FN) && tokens.is(name - 2, TokenKind.OPEN_BRACE);
        Term term = escaped ? DRIVER_FUNCTIONS.find(tokens.name(name)) : null;
        return term == null ? null : term.routine();
    }

    private @Nullable RoutineKind builtIn(TableName name, int last) {
        boolean complete = tokens.isName(last);
        if (!complete || (name.parts().size() > 1 && !isSystemSchema(name, last))) {
            return null;
        }
        if (tokens.is(last, TokenKind.WORD)) {
            Term term = tokens.term(last);
            return term == null ? null : term.routine();
        }
        Term term = rules.vocabulary().find(tokens.name(last));
        boolean same = term != null && (term.text().equals(tokens.name(last)) || !rules.foldsNames());
        return term == null || !same ? null : term.routine();
    }

    private boolean isSystemSchema(TableName name, int last) {
        return rules.dialect() == Dialect.POSTGRESQL
                && name.parts().size() == 2
                && tokens.name(last - 2).equals("pg_catalog");
    }

    /** Notes a word that acts like a call without parentheses; returns whether it is one. */
    boolean bareWord(int i) {
        Term term = tokens.term(i);
        RoutineKind bare = term == null ? null : term.bare();
        if (bare == null) {
            return false;
        }
        findings.call(bare, TableName.ANY);
        return true;
    }

    /** Notes a qualified column; some databases write sequences like columns. */
    void column(TableName column) {
        if (!rules.sequenceColumns() || column.parts().size() < 2) {
            return;
        }
        if (column.name().equals("nextval")) {
            findings.because(RouteReason.USES_SEQUENCE);
        } else if (column.name().equals("currval")) {
            findings.because(RouteReason.READS_SESSION);
        }
    }

    /** Notes a variable that is read or set. */
    void variable(int i) {
        String name = tokens.text(i).toLowerCase(Locale.ROOT);
        if (name.startsWith("@@")) {
            systemVariable(name.substring(Math.max(2, name.lastIndexOf('.') + 1)));
            return;
        }
        findings.because(RouteReason.READS_SESSION);
        if (sets(i)) {
            findings.because(RouteReason.CHANGES_SESSION);
            findings.lasting(SessionEffect.SESSION);
        }
    }

    private boolean sets(int variable) {
        return tokens.is(variable + 1, TokenKind.OPERATOR) && tokens.sql().startsWith(":=", tokens.start(variable + 1));
    }

    private void systemVariable(String name) {
        findings.uncacheable();
        if (!SETTINGS.contains(name)) {
            findings.because(RouteReason.READS_SESSION);
        }
    }

    /** Notes a string: PostgreSQL reads some as times of the clock. */
    void literal(int i) {
        if (rules.dialect() == Dialect.POSTGRESQL || rules.dialect() == Dialect.ANSI) {
            if (ClockLiteral.isOne(tokens.sql(), tokens.start(i), tokens.end(i))) {
                findings.uncacheable();
            }
        }
    }

    /** Notes the end of a call's arguments, some of which decide what the call does. */
    void finished(Frame arguments, int close) {
        String routine = arguments.routine;
        if (routine == null) {
            return;
        }
        Term term = rules.vocabulary().find(routine);
        RoutineKind kind = term == null ? null : term.routine();
        if (kind == RoutineKind.CLOCK_WITHOUT_ARGUMENTS && tokens.partner(close) == close - 1) {
            findings.uncacheable();
        } else if (kind == RoutineKind.CLOCK_WITH_ONE_ARGUMENT && arguments.commas == 0) {
            findings.uncacheable();
        } else if (kind == RoutineKind.SETTING_CHANGES) {
            boolean local = tokens.is(close - 1, Word.TRUE) && tokens.is(close - 2, TokenKind.COMMA);
            findings.lasting(local ? SessionEffect.TRANSACTION : SessionEffect.SESSION);
        }
    }
}
