package io.lagwise.jdbc;

import io.lagwise.policy.StatementPlan;
import io.lagwise.spi.TableSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a commit writes, as far as one catalog tells.
 *
 * @param tables the ledger's records of it
 * @param changesCatalog whether the catalog must be read again after it
 * @param catalogVersion the catalog by which the tables were found; none of them where it changed meanwhile
 */
record Written(Set<TableSet> tables, boolean changesCatalog, long catalogVersion) {
    private static final long SEVERAL = -1;

    static Written by(StatementPlan plan, TableSet tables) {
        return new Written(Set.of(tables), plan.closure().changesCatalog(), plan.catalogVersion());
    }

    Written and(Written other) {
        if (tables.containsAll(other.tables) && catalogVersion == other.catalogVersion && !other.changesCatalog) {
            return this;
        }
        Set<TableSet> all = new LinkedHashSet<>(tables);
        all.addAll(other.tables);
        return new Written(
                all,
                changesCatalog || other.changesCatalog,
                catalogVersion == other.catalogVersion ? catalogVersion : SEVERAL);
    }
}
