package io.lagwise.sql;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text, held in arrays.
 *
 * <p>An index before the first token or behind the last one is allowed and finds nothing.
 */
final class Tokens {
    private final String sql;
    private TokenKind[] kinds;
    private int[] starts;
    private int[] ends;
    private @Nullable Term[] terms;
    private int[] partners = {};
    private int[] leads = {};
    private int size;

    Tokens(String sql) {
        this.sql = sql;
        int capacity = Math.min(sql.length(), 16 + sql.length() / 4) + 1;
        this.kinds = new TokenKind[capacity];
        this.starts = new int[capacity];
        this.ends = new int[capacity];
        this.terms = new @Nullable Term[capacity];
    }

    void add(TokenKind kind, int start, int end, @Nullable Term term) {
        if (size == kinds.length) {
            grow(size * 2);
        }
        kinds[size] = kind;
        starts[size] = start;
        ends[size] = end;
        terms[size++] = term;
    }

    int size() {
        return size;
    }

    TokenKind kind(int i) {
        return i >= 0 && i < size ? kinds[i] : TokenKind.END;
    }

    boolean is(int i, TokenKind kind) {
        return kind(i) == kind;
    }

    boolean is(int i, Word word) {
        return word(i) == word;
    }

    /** Returns the unquoted word that the grammar knows, or {@link Word#OTHER}. */
    Word word(int i) {
        Term term = term(i);
        return term == null ? Word.OTHER : term.word();
    }

    /** Returns what the dialect knows of the unquoted word, if it is one and known. */
    @Nullable
    Term term(int i) {
        return i >= 0 && i < size ? terms[i] : null;
    }

    boolean reserved(int i) {
        Term term = term(i);
        return term != null && term.reserved();
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    String text(int i) {
        return sql.substring(starts[i], ends[i]);
    }

    String sql() {
        return sql;
    }

    /** Returns whether the token can be a name by its kind. */
    boolean isName(int i) {
        TokenKind kind = kind(i);
        return kind == TokenKind.WORD || kind == TokenKind.QUOTED;
    }

    /** Returns the name without its quotes; unquoted ones as the server folds them. */
    String name(int i) {
        if (kinds[i] == TokenKind.WORD) {
            Term term = terms[i];
            return term != null ? term.text() : Names.fold(text(i));
        }
        return Names.unquote(text(i));
    }

    /** Returns the name without its quotes, in the case in which it is written. */
    String exactName(int i) {
        return kinds[i] == TokenKind.WORD ? text(i) : Names.unquote(text(i));
    }

    /** Returns the name in lower case and without quotes. */
    String lowerName(int i) {
        return name(i).toLowerCase(Locale.ROOT);
    }

    /** Returns the index of the parenthesis, bracket or brace that closes or opens what this one opens or closes. */
    int partner(int i) {
        return partners[i];
    }

    /** Returns the first token behind an opening parenthesis that is not itself one. */
    int lead(int i) {
        return leads[i];
    }

    /** Pairs parentheses, brackets and braces; returns false where they do not pair. */
    boolean pair() {
        partners = new int[size];
        leads = new int[size + 1];
        leads[size] = size;
        int[] open = new int[16];
        int depth = 0;
        for (int i = 0; i < size; i++) {
            if (kinds[i].opens()) {
                if (depth == open.length) {
                    open = Arrays.copyOf(open, depth * 2);
                }
                open[depth++] = i;
            } else if (kinds[i].closes()) {
                if (depth == 0 || kinds[open[--depth]].ordinal() + 1 != kinds[i].ordinal()) {
                    return false;
                }
                partners[i] = open[depth];
                partners[open[depth]] = i;
            }
        }
        for (int i = size - 1; i >= 0; i--) {
            leads[i] = kind(i + 1) == TokenKind.OPEN ? leads[i + 1] : i + 1;
        }
        return depth == 0;
    }

    /** Returns whether a semicolon ends a statement, be the rest readable or not. */
    boolean separated() {
        int first = 0;
        while (is(first, TokenKind.SEMICOLON)) {
            first++;
        }
        for (int i = first; i < size; i++) {
            if (kinds[i] == TokenKind.SEMICOLON) {
                return true;
            }
        }
        return false;
    }

    private void grow(int capacity) {
        kinds = Arrays.copyOf(kinds, capacity);
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
        terms = Arrays.copyOf(terms, capacity);
    }
}
