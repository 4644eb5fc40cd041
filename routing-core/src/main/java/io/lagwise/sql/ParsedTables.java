package io.lagwise.sql;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.util.TablesNamesFinder;
import org.jspecify.annotations.Nullable;

/**
 * The tables that JSqlParser finds in a statement: a second opinion, never believed alone.
 *
 * <p>The parser overlooks tables in some places, and everything after a semicolon. What it says is of use only where it
 * agrees with what {@link SqlAnalyzer} has found.
 */
public final class ParsedTables {
    /** The parser takes long for long texts, and ever longer for deep ones. */
    private static final int LONGEST = 10_000;

    private static final int DEEPEST = 30;

    private ParsedTables() {}

    /** Returns the tables, or null if the parser does not understand the text; takes up to some milliseconds. */
    public static @Nullable Set<TableName> of(String sql) {
        if (sql.length() > LONGEST || isDeep(sql)) {
            return null;
        }
        try {
            Statement statement = CCJSqlParserUtil.newParser(sql).Statement();
            return statement == null ? null : names(new TablesNamesFinder<Void>().getTables(statement));
        } catch (Exception | StackOverflowError e) {
            return null;
        }
    }

    /** Parentheses within literals count too, which at worst forgoes an opinion. */
    private static boolean isDeep(String sql) {
        int depth = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth > DEEPEST) {
                return true;
            }
        }
        return false;
    }

    private static Set<TableName> names(Set<String> written) {
        Set<TableName> names = new HashSet<>();
        for (String name : written) {
            List<String> parts =
                    Arrays.stream(name.split("\\.")).map(ParsedTables::unquoted).toList();
            names.add(new TableName(parts));
        }
        return names;
    }

    private static String unquoted(String part) {
        boolean quoted = part.length() > 1 && "\"`[".indexOf(part.charAt(0)) >= 0;
        return quoted ? part.substring(1, part.length() - 1) : part;
    }
}
