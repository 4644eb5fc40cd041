package io.lagwise.sql;

/** Tells strings that PostgreSQL may read as a time relative to the clock. */
final class ClockLiteral {
    /** Longer strings are no times: a word of the clock, a time of day and a time zone fit well within. */
    private static final int LONGEST = 64;

    /** Longer words are neither time zones nor months nor AM and PM, unless a zone is written with a slash. */
    private static final int LONGEST_ABBREVIATION = 5;

    private ClockLiteral() {}

    /** Returns whether the literal could be cast to a time that depends on the clock. */
    static boolean isOne(String sql, int start, int end) {
        if (end - start > LONGEST) {
            return false;
        }
        boolean clock = false;
        boolean others = false;
        boolean zone = false;
        int i = start;
        while (i < end) {
            int next = endOfWord(sql, i, end);
            boolean clockWord = isClockWord(sql, i, next);
            clock |= clockWord;
            others |= !clockWord && next - i > LONGEST_ABBREVIATION;
            zone |= sql.charAt(i) == '/';
            i = Math.max(next, i + 1);
        }
        return clock && (zone || !others);
    }

    private static int endOfWord(String sql, int start, int end) {
        int i = start;
        while (i < end && Character.isLetter(sql.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isClockWord(String text, int start, int end) {
        return is("now", text, start, end)
                || is("today", text, start, end)
                || is("tomorrow", text, start, end)
                || is("yesterday", text, start, end);
    }

    private static boolean is(String word, String text, int start, int end) {
        return end - start == word.length() && text.regionMatches(true, start, word, 0, word.length());
    }
}
