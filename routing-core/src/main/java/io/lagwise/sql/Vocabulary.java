package io.lagwise.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The words that a dialect knows: those of the grammar, the reserved ones and the built-in routines.
 *
 * <p>An open-addressed table that is asked with a range of the text, so that a look-up makes no string.
 */
final class Vocabulary {
    private static final String RESERVED = "reserved";
    private static final String WORDS = "-words";

    private final @Nullable Term[] table;
    private final int mask;

    private Vocabulary(Map<String, Term> terms) {
        int capacity = Integer.highestOneBit(terms.size() * 4);
        this.table = new @Nullable Term[capacity];
        this.mask = capacity - 1;
        terms.values().forEach(this::put);
    }

    /** Reads the named resources, sections of one word a line; a later word replaces an earlier one. */
    static Vocabulary load(String... resources) {
        Set<String> reserved = new HashSet<>();
        Map<String, RoutineKind> routines = new HashMap<>();
        Map<String, RoutineKind> bare = new HashMap<>();
        for (String resource : resources) {
            read(resource, reserved, routines, bare);
        }
        Map<String, Word> words = new HashMap<>();
        for (Word word : Word.values()) {
            words.put(word.name().toLowerCase(Locale.ROOT), word);
        }
        Map<String, Term> terms = new HashMap<>();
        Stream.of(reserved, routines.keySet(), bare.keySet(), words.keySet())
                .flatMap(Set::stream)
                .forEach(text -> terms.put(
                        text,
                        new Term(
                                text,
                                words.getOrDefault(text, Word.OTHER),
                                reserved.contains(text),
                                routines.get(text),
                                bare.get(text))));
        return new Vocabulary(terms);
    }

    private static void read(
            String resource, Set<String> reserved, Map<String, RoutineKind> routines, Map<String, RoutineKind> bare) {
        String section = "";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Vocabulary.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                if (line.startsWith("[")) {
                    section = line.substring(1, line.length() - 1);
                } else if (section.equals(RESERVED)) {
                    reserved.add(line);
                } else if (section.endsWith(WORDS)) {
                    bare.put(line, RoutineKind.ofSection(section.substring(0, section.length() - WORDS.length())));
                } else {
                    routines.put(line, RoutineKind.ofSection(section));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    @Nullable
    Term find(CharSequence text) {
        return find(text, 0, text.length());
    }

    @Nullable
    Term find(CharSequence text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + lower(text.charAt(i));
        }
        int slot = spread(hash) & mask;
        for (Term term = table[slot]; term != null; term = table[slot = (slot + 1) & mask]) {
            if (matches(term.text(), text, start, end)) {
                return term;
            }
        }
        return null;
    }

    private void put(Term term) {
        int slot = spread(term.text().hashCode()) & mask;
        while (table[slot] != null) {
            slot = (slot + 1) & mask;
        }
        table[slot] = term;
    }

    private static boolean matches(String word, CharSequence text, int start, int end) {
        if (word.length() != end - start) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) != lower(text.charAt(start + i))) {
                return false;
            }
        }
        return true;
    }

    private static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
}
