package io.lagwise.redis;

import io.lagwise.RouteReason;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the records said to one who asked; the first method that is called waits for it. */
final class RecordAnswer implements TableSet {
    /**
     * What was found out.
     *
     * @param required what a reader must have; null if none may answer
     * @param obstacle why none may
     * @param versions what the tables hold; null while no result may be kept or used
     */
    record Finding(@Nullable Position required, RouteReason obstacle, @Nullable RecordVersions versions) {}

    private final RecordSet asked;
    private final Supplier<Finding> wait;
    private final BooleanSupplier here;
    private volatile @Nullable Finding finding;

    RecordAnswer(RecordSet asked, Supplier<Finding> wait, BooleanSupplier here) {
        this.asked = asked;
        this.wait = wait;
        this.here = here;
    }

    /** Makes the answer of what is known already. */
    static RecordAnswer of(RecordSet set, Finding known) {
        return new RecordAnswer(set, () -> known, () -> true);
    }

    private Finding finding() {
        Finding known = finding;
        if (known == null) {
            known = wait.get();
            finding = known;
            asked.learn(known.required());
        }
        return known;
    }

    @Override
    public @Nullable Position required() {
        return finding().required();
    }

    @Override
    public RouteReason obstacle() {
        return finding().obstacle();
    }

    @Override
    public @Nullable TableVersions versions() {
        return finding().versions();
    }

    @Override
    public boolean isAt(TableVersions versions) {
        return versions.equals(finding().versions());
    }

    @Override
    public @Nullable Position likely() {
        return finding != null || here.getAsBoolean() ? null : asked.likely();
    }

    @Override
    public TableSet askedAgain() {
        return asked.asked();
    }

    @Override
    public Set<String> names() {
        return asked.names();
    }
}
