package io.lagwise.sql;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The name of a table as a statement writes it.
 *
 * <p>Parts are unquoted and lower-cased; qualification is kept. Two names that differ only in case are the same name
 * here, which can only add a dependency, never lose one.
 *
 * @param parts the qualifiers and the name, in the order written; an omitted part is an empty string
 */
public record TableName(List<String> parts) {
    /** Stands for every table: what a statement touches is not known. */
    public static final TableName ANY = new TableName(List.of("*"));

    /** Copies and lower-cases the parts. */
    public TableName {
        parts = parts.size() == 1
                ? List.of(parts.get(0).toLowerCase(Locale.ROOT))
                : parts.stream().map(part -> part.toLowerCase(Locale.ROOT)).toList();
    }

    /** Returns the name made of these parts. */
    public static TableName of(String... parts) {
        return new TableName(List.of(parts));
    }

    /** Returns the last part: the name without its qualifiers. */
    public String name() {
        return parts.get(parts.size() - 1);
    }

    @Override
    public String toString() {
        return parts.stream().collect(Collectors.joining("."));
    }
}
