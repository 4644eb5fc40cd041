package io.lagwise.redis;

import io.lagwise.RouteReason;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges kept results by the versions that the mirrors tell; for all else Redis is asked, and only then. */
final class NearAnswer implements TableSet {
    private final RecordSet set;
    private final TableVersions near;
    private volatile @Nullable TableSet asked;

    NearAnswer(RecordSet set, TableVersions near) {
        this.set = set;
        this.near = near;
    }

    private TableSet strict() {
        TableSet known = asked;
        if (known == null) {
            known = set.askedOfRedis();
            asked = known;
        }
        return known;
    }

    @Override
    public boolean isAt(TableVersions versions) {
        return versions.equals(near);
    }

    @Override
    public @Nullable Position required() {
        return strict().required();
    }

    @Override
    public @Nullable TableVersions versions() {
        return strict().versions();
    }

    @Override
    public @Nullable Position likely() {
        return strict().likely();
    }

    @Override
    public RouteReason obstacle() {
        return strict().obstacle();
    }

    @Override
    public TableSet askedAgain() {
        return strict().askedAgain();
    }

    @Override
    public Set<String> names() {
        return set.names();
    }
}
