package io.lagwise.sql;

import io.lagwise.RouteReason;
import java.util.HashSet;
import java.util.Set;

/** One way to read a text: by the settings that the lexical rules stand for. */
final class Reading {
    private final DialectRules rules;
    private final Lexer lexer;
    private final Tokens tokens;
    private final Findings findings;

    Reading(String sql, DialectRules rules, LexicalRules lexical) {
        this.rules = rules;
        this.lexer = new Lexer(sql, lexical, rules.vocabulary());
        this.tokens = lexer.read();
        this.findings = new Findings(rules.relations());
        read();
    }

    private void read() {
        if (lexer.broken() || !tokens.pair()) {
            findings.unknown(RouteReason.MALFORMED);
            return;
        }
        if (lexer.unsure()) {
            findings.unknown(RouteReason.UNKNOWN_STATEMENT);
        }
        Statements.of(new Walk(rules, tokens, findings)).read();
    }

    /** Returns whether other settings of the server would end a literal elsewhere. */
    boolean settingsMatter() {
        return lexer.settingsMatter();
    }

    /** Returns whether a server that reads the text in this way refuses all of it, because it cannot be parsed. */
    boolean refused() {
        boolean unreadable = lexer.broken() || !tokens.pair();
        return findings.isRefused() || (unreadable && (rules.parsedAsAWhole() || !tokens.separated()));
    }

    /** Adds what another reading has found. */
    void include(Reading other) {
        findings.include(other.findings);
    }

    StatementProfile profile() {
        return findings.profile(identifiers(), Shape.of(tokens));
    }

    private Set<String> identifiers() {
        Set<String> identifiers = new HashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.isName(i) && (!tokens.reserved(i) || tokens.is(i - 1, TokenKind.DOT))) {
                identifiers.add(tokens.lowerName(i));
            }
        }
        return identifiers;
    }
}
