package io.lagwise.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads a time as people write it: a whole number and ms, s, m, h or d. */
final class Durations {
    private Durations() {}

    /** Returns the time, or null if it is none or not positive. */
    static @Nullable Duration parse(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0 || digits > 9) {
            return null;
        }
        long number = Long.parseLong(text.substring(0, digits));
        if (number == 0) {
            return null;
        }
        return switch (text.substring(digits)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> null;
        };
    }
}
