package io.lagwise.sql;

import static io.lagwise.sql.Trait.*;

/**
 * Cuts a text into tokens in one pass.
 *
 * <p>Comments and white space leave nothing. Besides the tokens it tells whether the text is broken, whether a server
 * with other settings for backslashes and quotes would cut it elsewhere, and whether it holds something that servers of
 * the same dialect read in different ways.
 */
final class Lexer {
    private static final int END = -1;
    /** A conditional comment asks for a version by five or six digits. */
    private static final int VERSION_DIGITS = 6;

    private final String sql;
    private final int length;
    private final LexicalRules rules;
    private final Vocabulary vocabulary;
    private final Tokens tokens;
    private int at;
    private int brackets;
    private boolean executing;
    private boolean broken;
    private boolean settingsMatter;
    private boolean unsure;

    Lexer(String sql, LexicalRules rules, Vocabulary vocabulary) {
        this.sql = sql;
        this.length = sql.length();
        this.rules = rules;
        this.vocabulary = vocabulary;
        this.tokens = new Tokens(sql);
    }

    /** Reads the whole text. */
    Tokens read() {
        while (at < length) {
            token();
        }
        broken |= executing;
        return tokens;
    }

    /** Returns whether a literal or comment does not end, or a sign stands where no server accepts it. */
    boolean broken() {
        return broken;
    }

    /** Returns whether settings for backslashes and quotes decide where a literal ends. */
    boolean settingsMatter() {
        return settingsMatter;
    }

    /** Returns whether the text holds something that not all servers of the dialect read alike. */
    boolean unsure() {
        return unsure;
    }

    private void token() {
        char c = sql.charAt(at);
        switch (c) {
            case ' ', '\t', '\n', '\r', '\f', 0x0B -> at++;
            case '\'' -> string(at, rules.has(BACKSLASHES));
            case '"' -> doubleQuoted();
            case '`' -> quotedBy('`', BACKTICKS);
            case '[' -> openBracket();
            case ']' -> closeBracket();
            case '(' -> sign(TokenKind.OPEN);
            case ')' -> sign(TokenKind.CLOSE);
            case '{' -> sign(TokenKind.OPEN_BRACE);
            case '}' -> sign(TokenKind.CLOSE_BRACE);
            case ',' -> sign(TokenKind.COMMA);
            case ';' -> sign(TokenKind.SEMICOLON);
            case '-' -> dash();
            case '/' -> slash();
            case '*' -> star();
            case '#' -> hash();
            case '$' -> dollar();
            case '@' -> commercialAt();
            case '?' -> question();
            case ':' -> colon();
            case '.' -> dot();
            default -> wordOrSign(c);
        }
    }

    private void wordOrSign(char c) {
        if (isDigit(c)) {
            number();
        } else if (isNameStart(c)) {
            word();
        } else {
            broken |= c < ' ' || c == 0x7F;
            unsure |= c > 0x7F || c == '\\';
            sign(TokenKind.OPERATOR);
        }
    }

    private int peek(int offset) {
        return at + offset < length ? sql.charAt(at + offset) : END;
    }

    private void sign(TokenKind kind) {
        tokens.add(kind, at, ++at, null);
    }

    // Comments

    private void dash() {
        if (peek(1) != '-' || (rules.has(SPACED_DASHES) && peek(2) > ' ')) {
            sign(TokenKind.OPERATOR);
        } else {
            unsure |= rules.has(UNKNOWN_DATABASE) && peek(2) > ' ';
            lineComment();
        }
    }

    private void hash() {
        if (rules.has(HASH_COMMENTS)) {
            lineComment();
        } else if (rules.has(SIGNS_IN_NAMES)) {
            word();
        } else {
            unsure |= rules.has(UNKNOWN_DATABASE);
            sign(TokenKind.OPERATOR);
        }
    }

    private void lineComment() {
        unsure |= executing;
        while (at < length) {
            char c = sql.charAt(at++);
            if (c == '\n') {
                return;
            }
            if (c == '\r' && peek(0) != '\n') {
                if (rules.has(RETURN_ENDS_COMMENT)) {
                    return;
                }
                unsure = true;
            }
            unsure |= rules.has(LETTERS_ONLY) && (c == 0x85 || c == 0x2028 || c == 0x2029);
        }
    }

    private void slash() {
        if (peek(1) != '*') {
            sign(TokenKind.OPERATOR);
        } else if (peek(2) == '!' || (peek(2) == 'M' && peek(3) == '!')) {
            conditionalComment();
        } else {
            blockComment();
        }
    }

    private void conditionalComment() {
        if (!rules.has(EXECUTED_COMMENTS)) {
            unsure |= rules.has(UNKNOWN_DATABASE);
            blockComment();
            return;
        }
        unsure |= executing || peek(2) == 'M';
        executing = true;
        at += peek(2) == 'M' ? 4 : 3;
        int version = 0;
        int digits = 0;
        while (digits < VERSION_DIGITS && isDigit(peek(0))) {
            version = version * 10 + sql.charAt(at++) - '0';
            digits++;
        }
        unsure |= version > rules.executedUpTo() || (digits > 0 && digits < VERSION_DIGITS - 1);
    }

    private void blockComment() {
        int depth = 1;
        at += 2;
        while (at < length) {
            char c = sql.charAt(at++);
            if (c == '*' && peek(0) == '/') {
                at++;
                if (--depth == 0) {
                    return;
                }
            } else if (c == '/' && peek(0) == '*') {
                at++;
                unsure |= executing || rules.has(UNKNOWN_DATABASE) || (peek(0) == '!' && rules.has(EXECUTED_COMMENTS));
                depth += rules.has(NESTED_COMMENTS) ? 1 : 0;
            }
        }
        broken = true;
    }

    private void star() {
        if (executing && peek(1) == '/') {
            executing = false;
            at += 2;
        } else {
            sign(TokenKind.STAR);
        }
    }

    // Strings and quoted names

    private void string(int start, boolean escapes) {
        at = endOfQuoted('\'', at + 1, escapes, true);
        tokens.add(TokenKind.STRING, start, at, null);
    }

    private void doubleQuoted() {
        boolean string = rules.has(DOUBLE_QUOTED_STRINGS);
        int start = at;
        at = endOfQuoted('"', at + 1, rules.has(DOUBLE_QUOTED_BACKSLASHES), string);
        name(string ? TokenKind.STRING : TokenKind.QUOTED, start);
    }

    private void quotedBy(char quote, Trait trait) {
        if (!rules.has(trait)) {
            sign(TokenKind.OPERATOR);
            return;
        }
        int start = at;
        at = endOfQuoted(quote, at + 1, false, false);
        name(TokenKind.QUOTED, start);
    }

    private void name(TokenKind kind, int start) {
        broken |= kind == TokenKind.QUOTED && at - start <= 2;
        tokens.add(kind, start, at, null);
    }

    /** Returns the index behind the closing quote; a doubled quote does not close. */
    private int endOfQuoted(char quote, int from, boolean escapes, boolean mayEscape) {
        int i = from;
        boolean skipped = false;
        while (i < length) {
            char c = sql.charAt(i++);
            if (c == '\\' && !skipped) {
                if (escapes) {
                    settingsMatter |= i < length && sql.charAt(i) == quote;
                    i++;
                } else {
                    settingsMatter |= mayEscape && i < length && sql.charAt(i) == quote;
                    skipped = true;
                    continue;
                }
            } else if (c == quote) {
                if (i < length && sql.charAt(i) == quote) {
                    i++;
                } else {
                    return i;
                }
            }
            skipped = false;
        }
        broken = true;
        return length;
    }

    private void openBracket() {
        if (rules.has(BRACKETS)) {
            int start = at;
            at = endOfQuoted(']', at + 1, false, false);
            name(TokenKind.QUOTED, start);
        } else {
            brackets++;
            sign(TokenKind.OPEN_BRACKET);
        }
    }

    private void closeBracket() {
        brackets--;
        sign(TokenKind.CLOSE_BRACKET);
    }

    /** Reads a string with backslash escapes, with the parts that continue it on further lines. */
    private void escapeString(int start) {
        string(start, true);
        for (int next = continuation(at); next != END; next = continuation(at)) {
            at = next;
            string(next, true);
        }
    }

    /** Returns where a string goes on behind a line break, or {@link #END}. */
    private int continuation(int from) {
        boolean newLine = false;
        int i = from;
        while (i < length) {
            char c = sql.charAt(i);
            if (c == '\'') {
                return newLine ? i : END;
            } else if (c == '\n' || c == '\r') {
                newLine = true;
                i++;
            } else if (c == '-' && newLine && i + 1 < length && sql.charAt(i + 1) == '-') {
                i = endOfLine(i);
            } else if (isSpace(c)) {
                i++;
            } else {
                return END;
            }
        }
        return END;
    }

    private int endOfLine(int from) {
        int i = from;
        while (i < length && sql.charAt(i) != '\n' && sql.charAt(i) != '\r') {
            i++;
        }
        return i;
    }

    private void dollar() {
        unsure |= rules.has(UNKNOWN_DATABASE) && !isDigit(peek(1));
        if (rules.has(DOLLAR_QUOTES) && !isDigit(peek(1))) {
            dollarQuoted();
        } else if (isDigit(peek(1)) && !rules.has(SIGNS_IN_NAMES)) {
            parameter();
        } else if (isNamePart(peek(1))) {
            word();
        } else {
            unsure = true;
            sign(TokenKind.OPERATOR);
        }
    }

    private void dollarQuoted() {
        int i = at + 1;
        while (i < length && sql.charAt(i) != '$' && isNamePart(sql.charAt(i))) {
            i++;
        }
        if (i == length || sql.charAt(i) != '$') {
            broken = true;
            sign(TokenKind.OPERATOR);
            return;
        }
        String tag = sql.substring(at, i + 1);
        int end = sql.indexOf(tag, i + 1);
        broken |= end < 0;
        int start = at;
        at = end < 0 ? length : end + tag.length();
        tokens.add(TokenKind.STRING, start, at, null);
    }

    // Names, numbers, parameters

    private void word() {
        int start = at++;
        while (at < length && isNamePart(sql.charAt(at))) {
            at++;
        }
        if (!prefixed(start)) {
            tokens.add(TokenKind.WORD, start, at, vocabulary.find(sql, start, at));
        }
    }

    /** Reads the string or name that the word is a prefix of, if it is one. */
    private boolean prefixed(int start) {
        if (at - start != 1) {
            return false;
        }
        char prefix = Character.toLowerCase(sql.charAt(start));
        if (peek(0) == '\'') {
            if (prefix == 'e' && rules.has(ESCAPE_STRINGS)) {
                escapeString(start);
                return true;
            }
            if (rules.prefixes().indexOf(prefix) >= 0) {
                string(start, rules.has(BACKSLASHES));
                return true;
            }
        }
        return prefix == 'u' && rules.has(UNICODE_ESCAPES) && peek(0) == '&' && unicodeQuoted(start);
    }

    private boolean unicodeQuoted(int start) {
        if (peek(1) == '\'') {
            at++;
            string(start, false);
            return true;
        }
        if (peek(1) == '"') {
            at = endOfQuoted('"', at + 2, false, false);
            name(TokenKind.QUOTED, start);
            return true;
        }
        return false;
    }

    private void number() {
        int start = at;
        if (peek(0) == '0' && isRadix(peek(1)) && isNamePart(peek(2))) {
            at += 2;
            skipNameParts();
        } else {
            skipDigits();
            if (rules.has(DIGITS_IN_FRONT) && isNamePart(peek(0)) && !isExponent()) {
                skipNameParts();
                tokens.add(TokenKind.WORD, start, at, null);
                return;
            }
            if (peek(0) == '.') {
                at++;
                skipDigits();
            }
            skipExponent();
        }
        tokens.add(TokenKind.NUMBER, start, at, null);
    }

    private void skipExponent() {
        if (isExponent()) {
            at += isDigit(peek(1)) ? 1 : 2;
            skipDigits();
        }
    }

    private boolean isExponent() {
        boolean e = peek(0) == 'e' || peek(0) == 'E';
        return e && (isDigit(peek(1)) || ((peek(1) == '+' || peek(1) == '-') && isDigit(peek(2))));
    }

    private void skipDigits() {
        while (isDigit(peek(0)) || (peek(0) == '_' && isDigit(peek(1)))) {
            at++;
        }
    }

    private void skipNameParts() {
        while (isNamePart(peek(0))) {
            at++;
        }
    }

    private void dot() {
        if (isDigit(peek(1)) && !afterName()) {
            int start = at++;
            skipDigits();
            skipExponent();
            tokens.add(TokenKind.NUMBER, start, at, null);
        } else {
            sign(TokenKind.DOT);
        }
    }

    private boolean afterName() {
        int last = tokens.size() - 1;
        return tokens.isName(last) && tokens.end(last) == at;
    }

    private void parameter() {
        int start = at++;
        skipNameParts();
        tokens.add(TokenKind.PARAMETER, start, at, null);
    }

    private void question() {
        if (peek(1) == '?') {
            at++;
            sign(TokenKind.OPERATOR);
        } else {
            sign(TokenKind.PARAMETER);
        }
    }

    private void colon() {
        if (peek(1) == ':') {
            tokens.add(TokenKind.CAST, at, at += 2, null);
        } else if (brackets <= 0 && isNameStart(peek(1))) {
            parameter();
        } else {
            sign(TokenKind.OPERATOR);
        }
    }

    private void commercialAt() {
        if (!rules.has(VARIABLES)) {
            unsure |= rules.has(UNKNOWN_DATABASE);
            sign(TokenKind.OPERATOR);
            return;
        }
        int start = at++;
        if (peek(0) == '@') {
            at++;
        }
        int quote = peek(0);
        if (quote == '`' || quote == '\'' || quote == '"') {
            at = endOfQuoted((char) quote, at + 1, quote != '`' && rules.has(BACKSLASHES), quote != '`');
        } else {
            skipVariable();
        }
        tokens.add(TokenKind.VARIABLE, start, at, null);
    }

    private void skipVariable() {
        while (isNamePart(peek(0)) || (peek(0) == '.' && isNamePart(peek(1)))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isRadix(int c) {
        return c == 'x' || c == 'X' || c == 'b' || c == 'B' || c == 'o' || c == 'O';
    }

    private boolean isNameStart(int c) {
        int letter = c | 32;
        return (letter >= 'a' && letter <= 'z') || c == '_' || (c > 0x7F && isLetter(c));
    }

    private boolean isNamePart(int c) {
        return isNameStart(c) || isDigit(c) || c == '$' || (rules.has(SIGNS_IN_NAMES) && (c == '#' || c == '@'));
    }

    private boolean isLetter(int c) {
        return !rules.has(LETTERS_ONLY) || Character.isUnicodeIdentifierPart(c) || Character.isSurrogate((char) c);
    }
}
