package io.lagwise.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which FROM items an UPDATE or DELETE changes and which it only reads.
 *
 * <p>Where the dialect lets a statement name its target by an alias, or by the columns that it sets, nothing can be said
 * before its FROM clause has been read.
 */
final class Targets {
    private final List<Item> items = new ArrayList<>();
    private final Set<TableName> references = new LinkedHashSet<>();
    private final boolean byTableName;
    private boolean columnsWithoutTable;

    /** With {@code byTableName}, a reference also means an item without alias of that name. */
    Targets(boolean byTableName) {
        this.byTableName = byTableName;
    }

    /** Notes a table as FROM item. */
    void table(TableName name) {
        items.add(new Item(name, null));
    }

    /** Notes a common table expression as FROM item. */
    void expression(TableName name, Scopes.Entry expression) {
        items.add(new Item(name, expression));
    }

    /** Notes the alias of the last item. */
    void alias(String alias) {
        if (!items.isEmpty()) {
            items.get(items.size() - 1).alias = alias;
        }
    }

    /** Notes a name that means what is changed. */
    void reference(TableName name) {
        references.add(name);
    }

    /** Notes a column that is set; its qualifier, if any, means what is changed. */
    void assigned(TableName column) {
        int last = column.parts().size() - 1;
        if (last == 0) {
            columnsWithoutTable = true;
        } else {
            references.add(new TableName(column.parts().subList(0, last)));
        }
    }

    /** Adds what has been found when the statement has been read. */
    void resolve(Findings findings) {
        Set<Item> changed = changed(findings);
        if (columnsWithoutTable || references.isEmpty()) {
            items.forEach(item -> item.write(findings));
        }
        boolean only = items.size() == 1 && (columnsWithoutTable || references.isEmpty());
        for (Item item : items) {
            if (changed.contains(item)) {
                item.write(findings);
            } else if (item.expression == null && !only) {
                findings.read(item.name);
            }
        }
    }

    private Set<Item> changed(Findings findings) {
        Map<String, List<Item>> byKey = new HashMap<>();
        items.forEach(item ->
                byKey.computeIfAbsent(item.key(), key -> new ArrayList<>()).add(item));
        Set<Item> changed = new LinkedHashSet<>();
        for (TableName reference : references) {
            List<Item> meant = byKey.getOrDefault(reference.name(), List.of()).stream()
                    .filter(item -> item.isMeantBy(reference, byTableName))
                    .toList();
            changed.addAll(meant);
            if (meant.isEmpty()) {
                findings.write(reference);
            }
        }
        return changed;
    }

    /** A FROM item: a table or a common table expression. */
    private static final class Item {
        private final TableName name;
        private final Scopes.@Nullable Entry expression;
        private String alias = "";

        Item(TableName name, Scopes.@Nullable Entry expression) {
            this.name = name;
            this.expression = expression;
        }

        /** Changes the table, or what the expression reads. */
        void write(Findings findings) {
            if (expression == null) {
                findings.write(name);
            } else {
                findings.writeThrough(expression);
            }
        }

        String key() {
            return alias.isEmpty() ? name.name() : alias;
        }

        boolean isMeantBy(TableName reference, boolean byTableName) {
            if (!alias.isEmpty() || expression != null) {
                return reference.parts().size() == 1;
            }
            return byTableName && endsAlike(name.parts(), reference.parts());
        }

        private static boolean endsAlike(List<String> name, List<String> reference) {
            int common = Math.min(name.size(), reference.size());
            return name.subList(name.size() - common, name.size())
                    .equals(reference.subList(reference.size() - common, reference.size()));
        }
    }
}
