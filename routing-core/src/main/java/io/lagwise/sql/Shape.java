package io.lagwise.sql;

/** Writes a text as people compare it: without comments, white space folded, literals as {@code ?}. */
final class Shape {
    private Shape() {}

    static String of(Tokens tokens) {
        StringBuilder shape = new StringBuilder(tokens.size() * 6);
        for (int i = 0; i < tokens.size(); i++) {
            if (i > 0 && apart(tokens, i)) {
                shape.append(' ');
            }
            switch (tokens.kind(i)) {
                case STRING, NUMBER, PARAMETER -> shape.append('?');
                default -> shape.append(tokens.sql(), tokens.start(i), tokens.end(i));
            }
        }
        return shape.toString();
    }

    private static boolean apart(Tokens tokens, int i) {
        return tokens.start(i) > tokens.end(i - 1) || (word(tokens.kind(i)) && word(tokens.kind(i - 1)));
    }

    private static boolean word(TokenKind kind) {
        return switch (kind) {
            case WORD, STRING, NUMBER, PARAMETER -> true;
            default -> false;
        };
    }
}
