package io.lagwise.sql;

/** Tells strings that PostgreSQL may read as a time relative to the clock. */
final class ClockLiteral {
    /** Longer strings are no times: a word of the clock, a time of day and a time zone fit well within. */
    private static final int LONGEST = 64;

    private ClockLiteral() {}

    /** Returns whether the literal could be cast to a time that depends on the clock. */
    static boolean isOne(String literal) {
        if (literal.length() > LONGEST) {
            return false;
        }
        boolean clock = false;
        int i = 0;
        while (i < literal.length()) {
            int end = i;
            while (end < literal.length() && Character.isLetter(literal.charAt(end))) {
                end++;
            }
            if (end - i > 5 && !isClockWord(literal, i, end) && literal.indexOf('/') < 0) {
                return false;
            }
            clock |= isClockWord(literal, i, end);
            i = Math.max(end, i + 1);
        }
        return clock;
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
