package io.lagwise.sql;

import org.jspecify.annotations.Nullable;

/** Judges the routines that a statement calls and the words and literals that act like calls. */
final class Calls {
    private static final Vocabulary DRIVER_FUNCTIONS = Vocabulary.load("jdbc.txt");

    private final Tokens tokens;
    private final Vocabulary vocabulary;
    private final Findings findings;

    Calls(Tokens tokens, Vocabulary vocabulary, Findings findings) {
        this.tokens = tokens;
        this.vocabulary = vocabulary;
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
        boolean qualified = name.parts().size() > 1;
        if (qualified && !(name.parts().size() == 2 && tokens.name(last - 2).equals("pg_catalog"))) {
            return null;
        }
        if (tokens.is(last, TokenKind.WORD)) {
            Term term = tokens.term(last);
            return term == null ? null : term.routine();
        }
        Term term = vocabulary.find(tokens.name(last));
        return term == null || !term.text().equals(tokens.name(last)) ? null : term.routine();
    }

    /** Notes a word that acts like a call without parentheses; returns whether it is one. */
    boolean bareWord(int i) {
        Term term = tokens.term(i);
        if (term == null || term.bare() == null) {
            return false;
        }
        findings.call(term.bare(), TableName.ANY);
        return true;
    }

    /** Notes a string: some are read as times of the clock. */
    void literal(int i) {
        if (ClockLiteral.isOne(tokens.text(i))) {
            findings.uncacheable();
        }
    }

    /** Notes the end of a call's arguments, some of which decide what the call does. */
    void finished(Frame arguments, int close) {
        String routine = arguments.routine;
        if (routine == null) {
            return;
        }
        if (routine.equals("age") && arguments.commas == 0) {
            findings.uncacheable();
        } else if (routine.equals("set_config")) {
            boolean local = tokens.is(close - 1, Word.TRUE) && tokens.is(close - 2, TokenKind.COMMA);
            findings.lasting(local ? SessionEffect.TRANSACTION : SessionEffect.SESSION);
        }
    }
}
