package io.lagwise.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The privileges of the present user of MySQL or MariaDB, from what {@code SHOW GRANTS} prints.
 *
 * <p>The information schema hides what the user has no right to see, without a word. Here is asked whether it was all
 * that could be seen; what is not understood counts as not granted.
 */
final class Grants {
    private static final Pattern GRANT = Pattern.compile(
            "(GRANT|REVOKE) (.+?) ON (\\*|`(?:[^`]|``)+`)" + "\\.(\\*|`(?:[^`]|``)+`) (?:TO|FROM) .*", Pattern.DOTALL);
    private static final String ALL = "ALL PRIVILEGES";

    private record Grant(boolean given, Set<String> privileges, String schema, String table) {
        boolean on(String wantedSchema, String wantedTable) {
            return matches(schema, wantedSchema) && matches(table, wantedTable);
        }

        private static boolean matches(String granted, String wanted) {
            return granted.equals("*") || granted.equalsIgnoreCase(wanted);
        }
    }

    private final List<Grant> grants = new ArrayList<>();

    /** Adds a line. */
    void add(String line) {
        Matcher grant = GRANT.matcher(line);
        if (grant.matches()) {
            Set<String> privileges =
                    Arrays.stream(grant.group(2).split(", ")).map(String::strip).collect(Collectors.toSet());
            grants.add(
                    new Grant(grant.group(1).equals("GRANT"), privileges, name(grant.group(3)), name(grant.group(4))));
        }
    }

    /** Returns whether the table's triggers can be seen. */
    boolean showTriggers(String schema, String table) {
        return granted(schema, table, privilege -> privilege.equals("TRIGGER") || privilege.equals(ALL));
    }

    /** Returns whether the table's foreign keys can be seen: that takes any right but to read. */
    boolean showForeignKeys(String schema, String table) {
        Set<String> enough = Set.of("INSERT", "UPDATE", "DELETE", "REFERENCES", "ALTER", ALL);
        return granted(schema, table, enough::contains);
    }

    private boolean granted(String schema, String table, Predicate<String> privilege) {
        List<Grant> here = grants.stream()
                .filter(grant -> grant.on(schema, table))
                .filter(grant -> grant.privileges().stream().anyMatch(privilege))
                .toList();
        return !here.isEmpty() && here.stream().allMatch(Grant::given);
    }

    /** In the names of schemas an underscore is escaped, else it stands for any sign. */
    private static String name(String quoted) {
        return quoted.equals("*")
                ? quoted
                : quoted.substring(1, quoted.length() - 1)
                        .replace("``", "`")
                        .replace("\\_", "_")
                        .replace("\\%", "%");
    }
}
