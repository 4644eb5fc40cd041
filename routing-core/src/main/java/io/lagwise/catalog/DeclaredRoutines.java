package io.lagwise.catalog;

import io.lagwise.sql.StatementProfile;
import io.lagwise.sql.TableName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Routines of which the configuration says what they touch; it is believed before the database.
 *
 * <p>Names are matched as those of relations are, without case and without schema.
 */
final class DeclaredRoutines {
    private static final Pattern CALL =
            Pattern.compile("\\{?\\s*call\\s+([^\\s(]+).*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final Map<String, RoutineTables> byName = new HashMap<>();

    DeclaredRoutines(Map<String, RoutineTables> declared) {
        declared.forEach((name, tables) -> byName.put(name(name), tables));
    }

    private static String name(String qualified) {
        String bare = qualified.substring(qualified.lastIndexOf('.') + 1);
        return bare.replace("\"", "").toLowerCase(Locale.ROOT);
    }

    boolean contains(String routine) {
        return byName.containsKey(routine);
    }

    /** Returns what the routines touch that the text may call, wherever their names stand in it. */
    List<RoutineTables> in(StatementProfile profile) {
        return byName.isEmpty()
                ? List.of()
                : profile.identifiers().stream()
                        .filter(byName::containsKey)
                        .map(byName::get)
                        .toList();
    }

    /** Returns what the statement touches if all that it does is to call a declared procedure, else null. */
    @Nullable
    RoutineTables called(StatementProfile profile) {
        if (byName.isEmpty()) {
            return null;
        }
        Matcher call = CALL.matcher(profile.shape());
        return call.matches() ? byName.get(name(call.group(1))) : null;
    }

    static Set<TableName> reads(List<RoutineTables> routines) {
        return names(routines.stream().flatMap(routine -> routine.reads().stream()));
    }

    static Set<TableName> writes(List<RoutineTables> routines) {
        return names(routines.stream().flatMap(routine -> routine.writes().stream()));
    }

    private static Set<TableName> names(Stream<String> tables) {
        Set<TableName> names = new HashSet<>();
        tables.forEach(table -> names.add(TableName.of(table.split("\\."))));
        return names;
    }

    /** Returns the declared tables that are none of these relations, each with the routine that names it. */
    List<String> unknown(ClosureRules rules) {
        return byName.entrySet().stream()
                .flatMap(entry -> Stream.concat(entry.getValue().reads().stream(), entry.getValue().writes().stream())
                        .filter(table -> !rules.knows(TableName.of(table.split("\\."))))
                        .map(table -> entry.getKey() + ": " + table))
                .sorted()
                .toList();
    }
}
