package io.lagwise.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Cuts the body of a trigger of MySQL or MariaDB into texts that are statements of their own.
 *
 * <p>Control words are left out, and a condition or default value becomes a query of it. What is none of the known
 * forms is left as it is, which the analyzer then does not understand.
 */
final class BodyParts {
    /** No word is this one: what ends nowhere but with the statement. */
    private static final String NOWHERE = ";";

    private static final Set<String> CONDITIONS = Set.of("not", "sqlwarning", "sqlexception", "sqlstate");

    private final Tokens tokens;
    private final List<String> parts = new ArrayList<>();
    private int at;

    BodyParts(Tokens tokens) {
        this.tokens = tokens;
    }

    List<String> read() {
        while (at < tokens.size()) {
            part();
        }
        return parts;
    }

    private void part() {
        if (tokens.is(at, TokenKind.SEMICOLON)) {
            at++;
        } else if (isLabel()) {
            at += 2;
        } else {
            statement();
        }
    }

    private boolean isLabel() {
        return tokens.isName(at)
                && tokens.is(at + 1, TokenKind.OPERATOR)
                && word(at + 1).equals(":");
    }

    private void statement() {
        switch (word(at)) {
            case "begin" -> begin();
            case "if", "elseif", "when" -> control("then");
            case "while" -> control("do");
            case "until" -> condition("end");
            case "case" -> condition("when");
            case "else", "loop", "repeat" -> at++;
            case "declare" -> declaration();
            case "end", "leave", "iterate", "close", "fetch", "signal", "resignal" -> skip();
            case "open" -> open();
            case "return" -> condition(NOWHERE);
            default -> ordinary();
        }
    }

    private void begin() {
        at++;
        if (word(at).equals("not") && word(at + 1).equals("atomic")) {
            at += 2;
        }
    }

    private void control(String end) {
        condition(end);
        at++;
    }

    /** Reads the expression behind the word at hand, up to the word that ends it. */
    private void condition(String end) {
        int first = ++at;
        int cases = 0;
        while (!ends() && (cases > 0 || !word(at).equals(end))) {
            cases += word(at).equals("case") ? 1 : 0;
            cases -= word(at).equals("end") ? 1 : 0;
            step();
        }
        if (at > first) {
            parts.add("SELECT " + text(first, at));
        }
    }

    private void declaration() {
        int first = at;
        while (!ends()) {
            switch (word(at)) {
                case "handler" -> {
                    handler();
                    return;
                }
                case "cursor" -> {
                    cursor();
                    return;
                }
                case "default" -> {
                    condition(NOWHERE);
                    return;
                }
                default -> step();
            }
        }
        if (at == first + 1) {
            parts.add(text(first, at));
        }
    }

    /** Moves to the statement of a handler, behind what it handles. */
    private void handler() {
        skipBehind("for");
        if (ends()) {
            return;
        }
        do {
            int more = CONDITIONS.contains(word(at)) ? conditionWords() : 1;
            at += more;
        } while (acceptComma());
    }

    private int conditionWords() {
        return switch (word(at)) {
            case "not" -> 2;
            case "sqlstate" -> word(at + 1).equals("value") ? 3 : 2;
            default -> 1;
        };
    }

    private boolean acceptComma() {
        boolean comma = tokens.is(at, TokenKind.COMMA);
        at += comma ? 1 : 0;
        return comma;
    }

    private void cursor() {
        skipBehind("for");
        ordinary();
    }

    /** A cursor of MariaDB may have arguments. */
    private void open() {
        if (tokens.is(at + 2, TokenKind.SEMICOLON)) {
            skip();
        } else {
            ordinary();
        }
    }

    /** Reads a statement up to its semicolon, without the variables that a query sets. */
    private void ordinary() {
        int first = at;
        boolean query = word(at).equals("select") || word(at).equals("with");
        while (!ends() && !(query && word(at).equals("into") && !isFile())) {
            step();
        }
        String text = text(first, at);
        if (!ends()) {
            skipVariables();
            int rest = at;
            skip();
            text = text + " " + text(rest, at);
        }
        parts.add(text);
    }

    private boolean isFile() {
        return word(at + 1).equals("outfile") || word(at + 1).equals("dumpfile");
    }

    private void skipVariables() {
        do {
            at += 2;
        } while (tokens.is(at, TokenKind.COMMA));
    }

    private void skipBehind(String word) {
        while (!ends()) {
            boolean found = word(at).equals(word);
            step();
            if (found) {
                return;
            }
        }
    }

    private void skip() {
        while (!ends()) {
            step();
        }
    }

    private void step() {
        at = tokens.kind(at).opens() ? tokens.partner(at) + 1 : at + 1;
    }

    private boolean ends() {
        return tokens.is(at, TokenKind.SEMICOLON) || tokens.is(at, TokenKind.END);
    }

    /** Returns the token in lower case, unless it is quoted. */
    private String word(int i) {
        boolean bare = tokens.is(i, TokenKind.WORD) || tokens.is(i, TokenKind.OPERATOR);
        return bare ? tokens.text(i).toLowerCase(Locale.ROOT) : "";
    }

    private String text(int first, int end) {
        return end > first ? tokens.sql().substring(tokens.start(first), tokens.end(end - 1)) : "";
    }
}
