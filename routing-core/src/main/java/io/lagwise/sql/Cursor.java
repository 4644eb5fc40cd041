package io.lagwise.sql;

import java.util.ArrayList;
import java.util.List;

/** The place in the tokens that has been reached, and the small steps that every reader takes. */
final class Cursor {
    private final Tokens tokens;
    private final boolean unseparated;
    private int at;

    /** With {@code unseparated}, a statement may follow another with nothing between them. */
    Cursor(Tokens tokens, boolean unseparated) {
        this.tokens = tokens;
        this.unseparated = unseparated;
    }

    Tokens tokens() {
        return tokens;
    }

    int at() {
        return at;
    }

    void moveTo(int token) {
        at = token;
    }

    void next() {
        at++;
    }

    TokenKind kind() {
        return tokens.kind(at);
    }

    boolean is(TokenKind kind) {
        return tokens.is(at, kind);
    }

    Word word() {
        return tokens.word(at);
    }

    Word word(int offset) {
        return tokens.word(at + offset);
    }

    boolean is(Word word) {
        return tokens.word(at) == word;
    }

    boolean isName() {
        return tokens.isName(at);
    }

    boolean accept(Word word) {
        return advance(is(word));
    }

    boolean accept(TokenKind kind) {
        return advance(is(kind));
    }

    boolean acceptAny(Word... words) {
        for (Word word : words) {
            if (accept(word)) {
                return true;
            }
        }
        return false;
    }

    private boolean advance(boolean matches) {
        at += matches ? 1 : 0;
        return matches;
    }

    boolean atEnd() {
        return is(TokenKind.END) || is(TokenKind.SEMICOLON);
    }

    /** Returns whether the statement ends here, be it only because the next one begins. */
    boolean statementEnds() {
        return atEnd() || (unseparated && Grammar.startsStatement(tokens, at));
    }

    /** Moves to the token or over the parentheses that follow. */
    void step() {
        at = kind().opens() ? tokens.partner(at) + 1 : at + 1;
    }

    /** Reads a name with its qualifiers; the cursor must stand on its first part. */
    TableName name() {
        String first = tokens.name(at++);
        if (!is(TokenKind.DOT)) {
            return TableName.of(first);
        }
        List<String> parts = new ArrayList<>(2);
        parts.add(first);
        while (is(TokenKind.DOT)) {
            at++;
            if (isName()) {
                parts.add(tokens.name(at++));
            } else if (is(TokenKind.DOT)) {
                parts.add("");
            } else {
                break;
            }
        }
        return new TableName(parts);
    }

    /** Moves behind the parenthesis that closes the one at hand, if one is at hand. */
    boolean skipParentheses() {
        if (!is(TokenKind.OPEN)) {
            return false;
        }
        at = tokens.partner(at) + 1;
        return true;
    }

    /** Moves to the end of the statement. */
    void skipStatement() {
        while (!statementEnds()) {
            step();
        }
    }

    /** Moves behind the next of these words on this level; returns false at the end of the level. */
    boolean skipBehind(Word... words) {
        while (!atEnd() && !kind().closes()) {
            if (acceptAny(words)) {
                return true;
            }
            step();
        }
        return false;
    }
}
